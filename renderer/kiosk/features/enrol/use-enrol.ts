import { useEffect, useRef, useState } from 'react'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { useKiosk } from '../../kiosk-context.ts'
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
  const [error, setError] = useState<ChowkiError | null>(null)
  const launched = useRef(false)

  const submit = (): void => {
    if (asking) return
    const origin = originOf(server)
    setError(null)
    setMistake(origin === null ? 'server' : code.length === codeLength ? null : 'code')
    if (origin === null || code.length !== codeLength) return
    setAsking(true)
    void data.enrol(origin, code).then((enrolled) => {
      setAsking(false)
      if (!enrolled.ok) setError(enrolled.error)
    })
  }

  // The shell was started with everything that is needed: nobody has to type.
  useEffect(() => {
    if (launched.current || launch.enrolmentCode === null) return
    launched.current = true
    submit()
  })

  const change = (set: (text: string) => void) => (text: string) => {
    set(text)
    setMistake(null)
    setError(null)
  }
  return {
    server,
    setServer: change(setServer),
    code,
    setCode: change((typed) => setCode(normalizeCode(typed))),
    serverFixed,
    asking,
    mistake,
    error,
    submit,
  }
}
