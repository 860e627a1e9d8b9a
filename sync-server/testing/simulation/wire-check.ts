/** Nothing may be sent that its receiver may not see: judged on every body that a server answers, delivered or not. */
import type { PushRequest, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { addedField, definitionsOf } from './collections.ts'
import type { SimulatedCollectionName } from './collections.ts'
import type { SimulatedLineParts } from './line.ts'
import type { Answer } from './simulated-server.ts'

interface Body {
  readonly documents?: readonly WireDocument[]
  readonly results?: readonly { readonly status: string; readonly document?: WireDocument }[]
}

/** More than any honest document of the simulation has: photos travel elsewhere (trap 12). */
const rowBytesMax = 6_000

export function createWireCheck({ world, source, society, schemaVersion }: SimulatedLineParts) {
  const definitions = definitionsOf(world.script.schemaVersion)
  const others = world.societies.filter((other) => other !== society)

  function judge(name: SimulatedCollectionName, document: WireDocument): void {
    const { kiosk } = definitions[name]
    const leaked = kiosk.withheld.find((field) => Object.hasOwn(document, field))
    if (leaked !== undefined) world.violate(`${source} was sent the withheld field ${name}.${leaked}`)
    if (document['societyId'] !== society) world.violate(`${source} was sent another society's ${name}`)
    const { onlyWhere } = kiosk
    if (onlyWhere && !onlyWhere.in.includes(document[onlyWhere.field] as string)) {
      world.violate(`${source} was sent a document of ${name} that is out of its scope`)
    }
    if (schemaVersion === 0 && name === 'visitorEntries' && Object.hasOwn(document, addedField)) {
      world.violate(`${source} was sent a field of a later schema than its own`)
    }
  }

  /** Every edit and every merge is later than what it is made of: an earlier one undoes what the gate knows (trap 13). */
  function judgePush(sent: string): void {
    if (sent.length > rowBytesMax * 20) world.violate(`${source} pushed ${sent.length} bytes`)
    for (const { newDocumentState, assumedMasterState } of (JSON.parse(sent) as PushRequest).rows) {
      const [next, known] = [newDocumentState['updatedAt'], assumedMasterState?.['updatedAt']]
      if (typeof known === 'number' && (next as number) < known) {
        world.violate(`${source} pushed ${newDocumentState._id} as it was before`)
      }
    }
  }

  return (path: string, sent: string, { status, body }: Answer): void => {
    const name = path.split('/').at(-2) as SimulatedCollectionName
    if (others.some((other) => body.includes(other))) world.violate(`${source} was told of another society`)
    if (!world.devices.has(source) && status === 200) world.count('answered before revocation')
    if (status >= 500 && status !== 503) world.violate(`the server answered ${source} ${status}: ${body}`)
    if (path.endsWith('/push')) judgePush(sent)
    if (status !== 200) return
    const { documents = [], results = [] } = JSON.parse(body) as Body
    for (const document of documents) judge(name, document)
    for (const { document } of results) if (document) judge(name, document)
  }
}
