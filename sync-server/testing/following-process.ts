/**
 * A server with one slow follower, as a process of its own that a test may kill: tells on stdout, a line each, what it
 * sees, when a batch is done, and when it may not move the place. Arguments: the database's name, milliseconds for each change, milliseconds of a lease.
 */
import process from 'node:process'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { followerTiming } from '../followers/follower.ts'
import { startFollowers } from '../followers/start-followers.ts'
import { connectToMongo } from '../storage/mongo/connect.ts'
import { createMongoPlaces } from '../storage/mongo/mongo-places.ts'
import { createMongoStorage } from '../storage/mongo/mongo-storage.ts'
import { followedThings } from './followed-things.ts'

const [name = '', changeMs = '', leaseMs = ''] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
const client = await connectToMongo(mongodbTestUrl())
const db = client.db(name)
const places = createMongoPlaces(db)
const followers = startFollowers({
  storage: createMongoStorage({ client, db, collections: [followedThings] }),
  places: {
    ...places,
    async advance(...asked) {
      const isMoved = await places.advance(...asked)
      if (!isMoved) say('refused')
      return isMoved
    },
  },
  followers: [
    {
      name: 'recorder',
      collections: [followedThings.name],
      async follow(_partition, changes) {
        for (const { seq } of changes) {
          say(`saw ${seq}`)
          await new Promise((resolve) => setTimeout(resolve, Number(changeMs)))
        }
        say(`done ${changes.at(-1)?.seq}`)
      },
    },
  ],
  timing: { ...followerTiming, leaseMs: Number(leaseMs), pollMs: 500, gatherMs: 50, batchSize: 20 },
  schedule(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
  describe: String,
  onFailure: ({ error }) => say(`failed ${String(error)}`),
  onLookFailed: (error) => say(`failed ${String(error)}`),
})
say('ready')

process.on('SIGTERM', () => {
  void followers.stop().then(() => process.exit(0))
})
