// @ts-check
/** Preloaded into a server that is meant to lose data: it acknowledges what MongoDB has in memory only. */
import { registerHooks } from 'node:module'

const durable = /w: 'majority', journal: true/
const places = /\/storage\/mongo\/(connect|mongo-storage)\.ts$/

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!places.test(url)) return loaded
    const source = String(loaded.source)
    if (!durable.test(source))
      throw new Error(`${url} does not ask for durable writes in the words known here`)
    return { ...loaded, source: source.replace(durable, 'w: 1, journal: false') }
  },
})
