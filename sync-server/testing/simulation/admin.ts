/**
 * What happens at the server's side. The product has no erasure by one call yet: here it is a tombstone without the
 * person's name, which replicas must follow.
 */
import type { StoreWrite } from '../../storage/storage.ts'
import type { World } from './world.ts'

const admin = { kind: 'admin', id: 'admin' }

interface AtSociety {
  readonly society: number
  readonly pick: number
}

export async function eraseVisitor(world: World, { society, pick }: AtSociety): Promise<void> {
  const societyId = world.societies[society] as string
  const rows = await world.storage.changesAfter(societyId, 'visitors', 0, 1_000)
  const live = rows.filter(({ deleted }) => !deleted).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const id = live[pick % Math.max(1, live.length)]?.id
  if (id === undefined) return
  await world.storage.transact(
    societyId,
    async (transaction) => {
      const stored = (await transaction.read('visitors', [id])).get(id)
      if (!stored) return
      const document = { ...stored.document, name: 'Erased', phone: '+910000000000' }
      transaction.replace('visitors', [{ id, deleted: true, document }])
    },
    admin,
  )
  world.count('erasure')
  world.ledger.erased.add(id)
}

const roles = ['Guard', 'Resident', 'Admin', 'Supervisor'] as const

/** A user comes, of whom a gate may see little or nothing; or a visitor is rated, which only the server does. */
export async function changeAsAdmin(world: World, { society, pick }: AtSociety): Promise<void> {
  const societyId = world.societies[society] as string
  const now = world.time.now()
  if (pick % 2 === 0) {
    const writes = roles.map((role, index): StoreWrite => {
      const _id = world.newId()
      const secrets = { phoneNumber: `+91980000${pick}${index}`, password: 'p'.repeat(30), fcmToken: 'token' }
      const fields = { societyId, createdAt: now, updatedAt: now, name: role, role, isActive: true }
      return { id: _id, deleted: false, document: { _id, ...fields, ...secrets } }
    })
    await world.storage.transact(societyId, async (transaction) => transaction.insert('users', writes), admin)
    return
  }
  const rows = await world.storage.changesAfter(societyId, 'visitors', 0, 1_000)
  const id = rows[pick % Math.max(1, rows.length)]?.id
  if (id === undefined) return
  await world.storage.transact(
    societyId,
    async (transaction) => {
      const stored = (await transaction.read('visitors', [id])).get(id)
      if (!stored || stored.deleted) return
      transaction.replace('visitors', [
        { id, deleted: false, document: { ...stored.document, rating: 1 + (pick % 5) } },
      ])
    },
    admin,
  )
}
