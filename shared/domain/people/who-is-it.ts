/**
 * Who somebody typed as new is. A phone is not a person: families, drivers and agencies share one. Certain is only the
 * whole phone with the same name, of one person; a guard says the rest.
 */
import { isSameName } from '../name-key.ts'

export type WhoIsIt =
  | { readonly is: 'known'; readonly visitorId: string }
  | { readonly is: 'new' }
  /** The guard has to say which of the phone's people it is, or that it is another. */
  | { readonly is: 'uncertain' }
  /** Said to be another, by a name that nobody could tell from a known one's. */
  | { readonly is: 'namesake' }

export interface Newcomer {
  readonly name: string
  /** The guard was asked and said: none of those who are known by this phone. */
  readonly newPerson: boolean
}

/** Records of one person have one id. */
export interface KnownByPhone {
  readonly visitorId: string
  readonly name: string
}

/** `known` are all whose phone is the newcomer's, the whole of it. */
export function whoIsIt({ name, newPerson }: Newcomer, known: readonly KnownByPhone[]): WhoIsIt {
  const ofName = known.filter((person) => isSameName(person.name, name))
  const [same, ...others] = new Set(ofName.map((person) => person.visitorId))
  if (newPerson) return { is: same === undefined ? 'new' : 'namesake' }
  if (same !== undefined && others.length === 0) return { is: 'known', visitorId: same }
  return { is: known.length === 0 ? 'new' : 'uncertain' }
}
