/** What the server has stored, read from MongoDB directly: the tests do not rely on the screen. */
import { MongoClient, ObjectId } from 'mongodb'
import type { Db } from 'mongodb'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'

export interface StoredVisit {
  readonly _id: ObjectId
  readonly societyId: ObjectId
  readonly visitorId: ObjectId
  readonly flatIds: ObjectId[]
  readonly entryType: string
  readonly entryDateTime: Date
  readonly exitDateTime?: Date
  readonly entryPhoto?: string
  readonly entryGuard: ObjectId
  readonly exitGuard?: ObjectId
  readonly state: 'Inside' | 'Left' | 'Cancelled'
  readonly gateId: ObjectId
  readonly deviceId: string
  readonly deviceTime: Date
  readonly serverTime?: Date
  readonly timeDriftMs?: number
}

export interface StoredVisitor {
  readonly _id: ObjectId
  readonly name: string
  readonly phone: string
}

export interface PhotoRow {
  readonly _id: ObjectId
  readonly sha256: string
  readonly size: number
  readonly deviceId: string
}

export interface StoredGate {
  readonly _id: ObjectId
  readonly societyId: ObjectId
  readonly name: string
}

export class SocietyDatabase {
  readonly #client: MongoClient
  readonly db: Db

  private constructor(client: MongoClient, name: string) {
    this.#client = client
    this.db = client.db(name)
  }

  static async open(name: string): Promise<SocietyDatabase> {
    return new SocietyDatabase(await MongoClient.connect(mongodbTestUrl()), name)
  }

  gates(): Promise<StoredGate[]> {
    return this.db.collection<StoredGate>('gates').find().sort({ name: 1 }).toArray()
  }

  /** `digits` as the guard typed them; stored with or without the country code. */
  visitorsByPhone(digits: string): Promise<StoredVisitor[]> {
    const phone = { $regex: `${digits}$` }
    return this.db.collection<StoredVisitor>('visitors').find({ phone }).toArray()
  }

  /** All visits of the visitors with this phone, the first entry first. */
  async visitsByPhone(digits: string): Promise<StoredVisit[]> {
    const visitors = await this.visitorsByPhone(digits)
    return this.db
      .collection<StoredVisit>('visitorEntries')
      .find({ visitorId: { $in: visitors.map((visitor) => visitor._id) } })
      .sort({ entryDateTime: 1 })
      .toArray()
  }

  countVisitsOfDevices(deviceIds: readonly string[]): Promise<number> {
    return this.db
      .collection<StoredVisit>('visitorEntries')
      .countDocuments({ deviceId: { $in: [...deviceIds] } })
  }

  /** Of all visits that these devices recorded, the first entry first. */
  async visitorNamesOfDevices(deviceIds: readonly string[]): Promise<string[]> {
    const visits = this.db.collection<StoredVisit>('visitorEntries')
    const visitors = this.db.collection<StoredVisitor>('visitors')
    const names: string[] = []
    for (const visit of await visits
      .find({ deviceId: { $in: [...deviceIds] } })
      .sort({ entryDateTime: 1 })
      .toArray()) {
      const visitor = await visitors.findOne({ _id: visit.visitorId })
      names.push(visitor?.name ?? 'visitor is missing')
    }
    return names
  }

  photosOfDevice(deviceId: string): Promise<PhotoRow[]> {
    return this.db.collection<PhotoRow>('photos').find({ deviceId }).toArray()
  }

  async deviceIdsOf(deviceName: string): Promise<string[]> {
    const devices = await this.db
      .collection<{ deviceId: string }>('guardDevices')
      .find({ deviceName })
      .toArray()
    return devices.map(({ deviceId }) => deviceId)
  }

  /** Guards and supervisors by name. */
  async deskUserIds(): Promise<Map<string, string>> {
    const users = await this.db
      .collection<{ name: string }>('users')
      .find({ pinHash: { $exists: true } })
      .toArray()
    return new Map(users.map((user) => [user.name, user._id.toHexString()]))
  }

  /** Deletes older visits, so that an enrolling desk has little to pull. */
  async forgetVisitsBefore(time: number): Promise<void> {
    await this.db
      .collection<StoredVisit>('visitorEntries')
      .deleteMany({ entryDateTime: { $lt: new Date(time) } })
  }

  async anyFlatId(): Promise<string> {
    const flat = await this.db.collection('flats').findOne({}, { sort: { flatNumber: 1 } })
    if (flat === null) throw new Error('The society has no flat.')
    return flat._id.toHexString()
  }

  /** A visit of this id now exists in a society that no desk of the spec belongs to. */
  async takeVisitIdElsewhere(entryId: string): Promise<void> {
    const visits = this.db.collection<StoredVisit>('visitorEntries')
    const example = await visits.findOne({})
    if (example === null) throw new Error('The society has no visit to make another of.')
    await visits.insertOne({ ...example, _id: new ObjectId(entryId), societyId: new ObjectId() })
  }

  async dropAndClose(): Promise<void> {
    await this.db.dropDatabase()
    await this.#client.close()
  }
}
