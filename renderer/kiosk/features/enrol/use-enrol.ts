import { useState } from 'react'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { codeLength, normalizeCode, originOf } from './enrolment-code.ts'

export interface Enrol {
  readonly server: string
  readonly setServer: (server: string) => void
  readonly code: string
  readonly setCode: (code: string) => void
  /** A browser reaches no other server than the one that gave it this page. */
  readonly serverFixed: boolean
  readonly asking: boolean
  readonly mistake: 'server' | 'code' | null
  readonly error: ChowkiError | null
  readonly submit: () => void
}

export function useEnrol(): Enrol {
  const { data, platform, launch } = useKiosk()
  const serverFixed = platform.kind === 'browser'
  const [server, setServer] = useState(serverFixed ? globalThis.location.origin : (launch.serverUrl ?? ''))
  const [code, setCode] = useState(normalizeCode(launch.enrolmentCode ?? ''))
  const [asking, setAsking] = useState(false)
  const [mistake, setMistake] = useState<Enrol['mistake']>(null)
  const stage = useLive(data.stage)
  const refusal = stage.stage === 'unenrolled' ? stage.refusal : null
  /** The person works on it: what was refused before is not said any more. */
  const [isAnswered, setAnswered] = useState(false)

  const submit = (): void => {
    if (asking) return
    const origin = originOf(server)
    setAnswered(true)
    setMistake(origin === null ? 'server' : code.length === codeLength ? null : 'code')
    if (origin === null || code.length !== codeLength) return
    setAsking(true)
    void data.enrol(origin, code).then(() => {
      setAsking(false)
      setAnswered(false)
    })
  }

  const change = (set: (text: string) => void) => (text: string) => {
    set(text)
    setMistake(null)
    setAnswered(true)
  }
  return {
    server,
    setServer: change(setServer),
    code,
    setCode: change((typed) => setCode(normalizeCode(typed))),
    serverFixed,
    asking,
    mistake,
    error: isAnswered ? null : refusal,
    submit,
  }
}
