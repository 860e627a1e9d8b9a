/**
 * The network between a gate and its server, with every way in which it fails: refusing, swallowing, slow,
 * cut in the middle of a body, and a reply lost after the server has committed.
 * It moves bytes and reads no more of HTTP than request lines, so the kiosk and the server cannot tell it is there.
 */
import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export type NetworkState = 'up' | 'down' | 'blackHole'
type Direction = 'toServer' | 'toKiosk'

interface Watch {
  readonly requestLine: RegExp
  readonly loseReply: boolean
  readonly resolve: (requestLine: string) => void
}

interface Cut {
  /** Bytes in that direction since the proxy began. */
  readonly at: number
  readonly resolve: () => void
}

interface Link {
  readonly kiosk: Socket
  server: Socket | null
  /** The next reply on this connection is destroyed at its first byte. */
  losesReply: { readonly watch: Watch; readonly requestLine: string } | null
}

const requestLinePattern = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+ HTTP\/1\.1$/m

export class TcpProxy {
  readonly #listener: Server
  readonly #links = new Set<Link>()
  readonly #watches = new Set<Watch>()
  readonly #bytes: Record<Direction, number> = { toServer: 0, toKiosk: 0 }
  readonly #cuts: Record<Direction, Cut | null> = { toServer: null, toKiosk: null }
  #state: NetworkState = 'up'
  #latencyMs = 0
  #targetPort: number

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#listener = createServer((kiosk) => this.#accept(kiosk))
  }

  static async listen(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort)
    await new Promise<void>((resolve, reject) => {
      proxy.#listener.once('error', reject)
      proxy.#listener.listen(0, '127.0.0.1', resolve)
    })
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#listener.address() as AddressInfo).port)}`
  }

  up(): void {
    this.#state = 'up'
    this.#destroyLinks()
  }

  /** As an unplugged cable: new connections are refused, open ones break. */
  down(): void {
    this.#state = 'down'
    this.#destroyLinks()
  }

  /** As a bad mobile network: everything is accepted and no answer arrives. */
  blackHole(): void {
    this.#state = 'blackHole'
    for (const link of this.#links) {
      link.server?.destroy()
      link.server = null
    }
  }

  /** Delay of each chunk, one way. */
  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs
  }

  /** Breaks every connection after this many further bytes in that direction, then works again. Resolves at the break. */
  cutAfter(direction: Direction, bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cuts[direction] = { at: this.#bytes[direction] + bytes, resolve }
    })
  }

  /** Resolves with the request line when such a request passes. */
  nextRequest(requestLine: RegExp): Promise<string> {
    return this.#watch(requestLine, false)
  }

  /** The server answers the next such request; the kiosk gets a broken connection instead of the answer. */
  loseNextReply(requestLine: RegExp): Promise<string> {
    return this.#watch(requestLine, true)
  }

  async close(): Promise<void> {
    this.#state = 'down'
    this.#destroyLinks()
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()))
  }

  #watch(requestLine: RegExp, loseReply: boolean): Promise<string> {
    return new Promise((resolve) => this.#watches.add({ requestLine, loseReply, resolve }))
  }

  #destroyLinks(): void {
    for (const link of this.#links) this.#destroy(link)
  }

  #destroy(link: Link): void {
    this.#links.delete(link)
    // The server was down and did not answer: the next answer is lost instead.
    if (link.losesReply !== null) this.#watches.add(link.losesReply.watch)
    link.losesReply = null
    link.kiosk.destroy()
    link.server?.destroy()
  }

  #accept(kiosk: Socket): void {
    if (this.#state === 'down') {
      kiosk.resetAndDestroy()
      return
    }
    const link: Link = { kiosk, server: null, losesReply: null }
    this.#links.add(link)
    kiosk.setNoDelay(true)
    for (const event of ['error', 'close'] as const) kiosk.on(event, () => this.#destroy(link))
    if (this.#state === 'blackHole') {
      kiosk.resume()
      return
    }
    const server = connect(this.#targetPort, '127.0.0.1')
    server.setNoDelay(true)
    link.server = server
    for (const event of ['error', 'close'] as const) {
      server.on(event, () => {
        if (this.#state !== 'blackHole') this.#destroy(link)
      })
    }
    kiosk.on('data', (chunk: Buffer) => this.#toServer(link, chunk))
    server.on('data', (chunk: Buffer) => this.#toKiosk(link, chunk))
  }

  #toServer(link: Link, chunk: Buffer): void {
    const requestLine = requestLinePattern.exec(chunk.toString('latin1').replaceAll('\r\n', '\n'))?.[0]
    if (requestLine !== undefined) this.#noteRequest(link, requestLine)
    this.#forward(link, link.server, chunk, 'toServer')
  }

  #noteRequest(link: Link, requestLine: string): void {
    for (const watch of this.#watches) {
      if (!watch.requestLine.test(requestLine)) continue
      this.#watches.delete(watch)
      if (watch.loseReply) link.losesReply = { watch, requestLine }
      else watch.resolve(requestLine)
      return
    }
  }

  #toKiosk(link: Link, chunk: Buffer): void {
    if (link.losesReply !== null) {
      const { watch, requestLine } = link.losesReply
      link.losesReply = null
      this.#destroy(link)
      watch.resolve(requestLine)
      return
    }
    this.#forward(link, link.kiosk, chunk, 'toKiosk')
  }

  #forward(link: Link, target: Socket | null, chunk: Buffer, direction: Direction): void {
    if (this.#state === 'blackHole') return
    this.#bytes[direction] += chunk.length
    const cut = this.#cuts[direction]
    if (cut !== null && this.#bytes[direction] >= cut.at) {
      this.#cuts[direction] = null
      target?.write(chunk.subarray(0, chunk.length - (this.#bytes[direction] - cut.at)))
      this.#destroyLinks()
      cut.resolve()
      return
    }
    if (this.#latencyMs === 0) target?.write(chunk)
    else setTimeout(() => this.#links.has(link) && target?.write(chunk), this.#latencyMs)
  }
}
