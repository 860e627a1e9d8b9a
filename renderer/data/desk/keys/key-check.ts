/**
 * A wrong data key must be noticed before anything is read or written with it: the desk keeps one known text
 * sealed. Without this check a kiosk whose keyring was replaced would show an empty list and write new
 * records beside old ones that nobody can read.
 */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { DeskStore } from '../desk-store.ts'
import { utf8 } from './bytes.ts'
import type { DeskKeys } from './desk-keys.ts'
import { seal, unseal } from './seal.ts'

const metaKey = 'keyCheck'
const known = 'chowki'

export async function checkDataKey(desk: DeskStore, keys: DeskKeys): Promise<Result<null, ChowkiError>> {
  const sealed = await desk.readMeta<Uint8Array<ArrayBuffer>>(metaKey)
  if (sealed === null) {
    // The check is the first row that a desk writes: rows without it mean a damaged store, not a new one.
    if (!(await desk.isEmpty())) return err(wrongKey())
    await desk.writeMeta(metaKey, await seal(keys.desk, metaKey, utf8(known)))
    return ok(null)
  }
  // Not opened is the answer: the key is another one.
  const opened = await unseal(keys.desk, metaKey, sealed).catch(() => null)
  return opened !== null && new TextDecoder().decode(opened) === known ? ok(null) : err(wrongKey())
}

const wrongKey = (): ChowkiError => chowkiError('data_key_wrong')
