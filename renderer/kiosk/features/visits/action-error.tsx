import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { ErrorLine } from '../../../ui/error-line.tsx'
import { useErrorWords } from '../../error-words.ts'

export function ActionError({ error }: { readonly error: ChowkiError | null }) {
  const wordsOf = useErrorWords()
  return error === null ? null : <ErrorLine {...wordsOf(error.code)} />
}
