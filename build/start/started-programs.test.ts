import { describe, expect, it } from 'vitest'
import { StartedPrograms } from './started-programs.ts'
import type { Watched } from './started-programs.ts'

const fakePart = (stops: string[], name: string) => {
  let exit: (code: number) => void = () => undefined
  const exited = new Promise<number>((resolve) => (exit = resolve))
  const part: Watched = {
    exited,
    stop: async () => {
      stops.push(name)
      exit(128)
    },
  }
  return { part, exit }
}

const setUp = () => {
  const stops: string[] = []
  const wish = new AbortController()
  const running = new StartedPrograms(wish.signal)
  const failures: number[] = []
  const database = fakePart(stops, 'database')
  const server = fakePart(stops, 'server')
  const kiosk = fakePart(stops, 'kiosk')
  running.add('MongoDB', database.part, '/log')
  running.add('The sync server', server.part, '/log')
  running.addWindow('The kiosk', kiosk.part, (code) => failures.push(code))
  return { running, wish, stops, failures, server, kiosk }
}

describe('P8 what npm start has started', () => {
  it('is over on Ctrl-C, and stops in the opposite order', async () => {
    const { running, wish, stops, failures } = setUp()
    wish.abort()
    await running.untilOver()
    await running.stop()
    expect(stops).toEqual(['kiosk', 'server', 'database'])
    expect(failures).toEqual([])
  })

  it('is over when the kiosk’s window is closed', async () => {
    const { running, kiosk } = setUp()
    kiosk.exit(0)
    await expect(running.untilOver()).resolves.toBeUndefined()
  })

  it('goes on without a kiosk that failed', async () => {
    const { running, kiosk, failures, wish } = setUp()
    kiosk.exit(1)
    await kiosk.part.exited
    expect(failures).toEqual([1])
    wish.abort()
    await running.untilOver()
  })

  it('fails in one line when the server ends by itself', async () => {
    const { running, server } = setUp()
    server.exit(3)
    await expect(running.untilOver()).rejects.toThrow('The sync server ended (3).')
  })
})
