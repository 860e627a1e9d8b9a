/** Runs in the page: hostile requests through the real bridge, made there because many could not travel to it. */

export interface HostileOutcome {
  readonly channel: string
  readonly what: string
  /** `bridge`: it never left the page, since nothing could carry it. */
  readonly kind: 'answered' | 'bridge'
  /** As text, so that what a test reads is what the page got. */
  readonly answer: string
  readonly canTravel: boolean
}

export interface HostilePlan {
  readonly channels: readonly string[]
  readonly marker: string
  readonly seed: number
  readonly drawnEach: number
}

/** Self-contained: only its text crosses into the page. None of its requests fits any channel. */
export const sendHostileRequests = async (plan: HostilePlan): Promise<HostileOutcome[]> => {
  const { channels, marker, drawnEach } = plan
  type Bridge = { invoke: (channel: unknown, request: unknown) => Promise<unknown> }
  const bridge = Reflect.get(globalThis, 'chowki') as Bridge
  const circle: Record<string, unknown> = {}
  circle['serverUrl'] = circle
  const [good, token] = ['http://a.b', 't'.repeat(60)]
  const addresses = [
    ...['', 'a', 'file:///etc/passwd', 'javascript:alert(1)', 'http://a.b/c', 'http://a.b?x', 'http://a.b#x'],
    ...[
      '//a.b',
      'ftp://a.b',
      'HTTP://A.B',
      `http://${marker}/`,
      'http://',
      'x'.repeat(3_000),
      '\u0000',
      '\ud800',
    ],
    ...['http://u:p@a.b', 'http://a.b:99999', 'http://[::1', 'http://a b.c'],
  ]
  const travelling: [string, unknown][] = [
    ...[undefined, true, 0, -1, Number.NaN, Infinity, 2n ** 70n, '', marker, 'x'.repeat(2_000_000)].map(
      (value): [string, unknown] => [`value ${String(value).slice(0, 20)}`, value],
    ),
    ['a list', [good, token]],
    ['a list in a list', JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`)],
    ['an empty object', {}],
    ['a prototype key', JSON.parse(`{"__proto__":{"serverUrl":"${good}","token":"${token}"}}`)],
    ['an inherited field', Object.create({ serverUrl: good, token })],
    ['a constructor', { constructor: { prototype: { isAdmin: true } } }],
    ['a map', new Map([['serverUrl', good]])],
    ['a set', new Set([good])],
    ['a date', new Date(0)],
    ['an expression', /x/],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['an error', new Error(marker)],
    ['a circle', circle],
    [
      'ten thousand keys',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, marker])),
    ],
    ['a known and an unknown field', { serverUrl: good, token, [`${marker} key`]: 1 }],
    ['a foreign token', { serverUrl: good, token: marker }],
    ['a token of 257', { serverUrl: good, token: 'x'.repeat(257) }],
    ['a token with a line', { serverUrl: good, token: `${token}\r\nx-admin: ${marker}` }],
    ['a token that is a list', { serverUrl: good, token: [token] }],
    ...addresses.map((serverUrl): [string, unknown] => [`address ${serverUrl.slice(0, 20)}`, { serverUrl }]),
    ...addresses.map((serverUrl): [string, unknown] => [
      `desk at ${serverUrl.slice(0, 20)}`,
      { serverUrl, token },
    ]),
  ]
  const staying: [string, unknown][] = [
    ['a symbol', Symbol(marker)],
    ['a weak map', new WeakMap()],
    [
      'a getter that throws',
      Object.defineProperty({}, 'serverUrl', {
        enumerable: true,
        get: () => JSON.parse('no JSON') as unknown,
      }),
    ],
  ]

  let state = plan.seed
  /** A small generator of its own: the page has no library. */
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const drawn = (depth: number): unknown => {
    const kind = next(depth > 3 ? 5 : 8)
    if (kind < 3) return String.fromCharCode(...Array.from({ length: next(40) }, () => next(0xff_ff)))
    if (kind === 3) return next(2 ** 31) - 2 ** 30
    if (kind === 4) return [null, true, undefined, -0, 1e308][next(5)]
    if (kind === 5) return Array.from({ length: next(5) }, () => drawn(depth + 1))
    const names = ['serverUrl', 'token', '__proto__', 'device', `${marker} key`, 'length', 'then']
    return Object.fromEntries(Array.from({ length: 1 + next(4) }, () => [names[next(7)], drawn(depth + 1)]))
  }

  const outcomes: HostileOutcome[] = []
  const send = async (channel: string, what: string, request: unknown, canTravel: boolean): Promise<void> => {
    try {
      const answer = JSON.stringify(await bridge.invoke(channel, request))
      outcomes.push({ channel, what, kind: 'answered', answer, canTravel })
    } catch (error) {
      outcomes.push({ channel, what, kind: 'bridge', answer: String(error), canTravel })
    }
  }
  for (const channel of channels) {
    for (const [what, request] of travelling) await send(channel, what, request, true)
    for (const [what, request] of staying) await send(channel, what, request, false)
    // Whatever is drawn at the top is wrapped once more where it might be the null that some channels take.
    for (let count = 0; count < drawnEach; count += 1) await send(channel, `drawn ${count}`, [drawn(0)], true)
    for (let count = 0; count < drawnEach; count += 1)
      await send(channel, `drawn field ${count}`, { serverUrl: drawn(2), token: drawn(2) }, true)
  }
  return outcomes
}
