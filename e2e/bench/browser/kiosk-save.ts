/**
 * A guard's save in Chromium beside Dexie alone. The server is gone meanwhile: a save awaits no network, and a push
 * beside it would measure the machine's second core.
 */
import type { Sample, Workload } from '../workload.ts'
import { openBenchKiosk } from './bench-kiosk.ts'
import type { SaveKind } from './page/save-race.ts'

const rowNames: Readonly<Record<SaveKind, string>> = {
  known: 'kiosk save, known visitor, text alone',
  new: 'kiosk save, new visitor, text alone',
  photo: 'kiosk save, known visitor, with photo',
}

/** Of each kind; with the repeats about 100. */
const rounds = 35
const quickRounds = 10

export const kioskSave: Workload = {
  name: 'kiosk-save',
  repeats: 3,
  rows: [
    {
      name: rowNames.known,
      unit: 'ms',
      better: 'lower',
      limit: 'Dexie strict, same row',
      goal: { ratio: 1.6 },
    },
    { name: rowNames.new, unit: 'ms', better: 'lower', limit: 'Dexie strict, same 2 rows' },
    { name: rowNames.photo, unit: 'ms', better: 'lower', limit: 'Dexie strict, same 2 rows' },
  ],
  async run(context) {
    const { page, server } = await openBenchKiosk(context)
    await server.stop()
    const pairs = await page.evaluate(
      (count) => window.chowkiBench.raceSaves(count),
      context.isQuick ? quickRounds : rounds,
    )
    context.note(
      'kiosk save: from the tap to the answer that it is durable, with validation, AES-256-GCM, the list of unsent records and the check that nobody is let in twice; beside one put each of the very rows that this stored (sealed, with the same indexes), by Dexie alone, strict, one after the other. Lists are drawn after both.',
    )
    return pairs.map(({ kind, oursMs, rawMs }): Sample => ({
      name: rowNames[kind],
      ours: oursMs,
      limit: rawMs,
    }))
  },
}
