/**
 * Who may import what, as data. Each folder gets one list of refused specifiers; there is no list of exempted files.
 * In oxlint a later override replaces an earlier one, so each list is complete in itself.
 */
interface Ban {
  /** A regular expression on the specifier as it is written. */
  readonly regex: string
  readonly message: string
}

interface Layer {
  readonly files: string[]
  readonly bans: Ban[]
}

/** A package by its name, with whatever it exports below it. */
const packageBan = (name: string, message: string): Ban => ({ regex: `^${name}(/.*)?$`, message })

/** A workspace, by its package name or by climbing into it. */
const workspaceBan = (name: string, message: string): Ban => ({
  regex: `^(@chowki/${name}|(\\.\\./)+${name})(/.*)?$`,
  message,
})

const electronOnly = packageBan('electron', 'Only electron/ imports electron.')
const rxdbOnly = packageBan('rxdb', 'Only renderer/data and sync-server/sync/client import rxdb (and tests).')
const mongodbOnly = packageBan(
  'mongodb',
  'Only sync-server/storage/mongo imports mongodb (and tests, e2e and build, to look).',
)

const always: readonly Ban[] = [
  { regex: '\\.(test|spec)(\\.tsx?)?$', message: 'Nothing imports a test.' },
  {
    regex: '^\\.{1,2}(/.*)?/index(\\.tsx?)?$|^\\.{1,2}/?$',
    message: 'No internal barrels: import the file itself.',
  },
]

const apart = (...names: string[]): Ban[] =>
  names.map((name) =>
    workspaceBan(name, `Workspaces meet in shared/ only, so ${name}/ is out of reach here.`),
  )

/**
 * Everything that does not begin like this, as an alternation: the linter's regular expressions know no look-ahead,
 * and silently ignores a pattern that has one.
 */
const notBeginningWith = (wanted: string): string =>
  [...wanted].map((letter, index) => `${wanted.slice(0, index)}([^${letter}]|$)`).join('|')

const noTesting: Ban = {
  regex: '^(\\./|(\\.\\./)+)([^.].*/)?testing/',
  message: 'What ships imports nothing of testing/.',
}

/** The rooms of the server that hold product rules, and the one file that each offers to the others. */
export const rooms = [
  'gate',
  'api',
  'society',
  'patrol',
  'money',
  'services',
  'notices',
  'search',
  'cache',
  'board',
]

/** Who has no way to a collection but the records. */
const throughRecords: Ban = {
  regex: '^(\\./|(\\.\\./)+)storage/',
  message: 'Collections are read and written through records/ only.',
}
const writers = ['auth', 'cli', 'demo', 'ops']

/** For files of `room`: of another room only `<room>.ts`, by climbing out of the own one. */
const otherRooms = (room: string): Ban[] =>
  rooms
    .filter((other) => other !== room)
    .map((other) => ({
      regex: `^(\\.\\./)+${other}/(${notBeginningWith(`${other}.ts`)})`,
      message: `Of the room ${other}/ only ${other}/${other}.ts is for others.`,
    }))

/** The guard's screens, the supervisors' console and the residents' page share ui/, i18n/ and shared/domain only. */
const screens = ['kiosk', 'console', 'resident']
const otherScreens = (own: string): Ban[] =>
  screens
    .filter((other) => other !== own)
    .map((other) => ({
      regex: `^(\\.\\./)+${other}/`,
      message: `${own}/ and ${other}/ never import each other.`,
    }))

/**
 * What `shared/` may import: libraries that compute, and touch no Node, browser, clock or chance. Each begins with a
 * letter of its own, which keeps the pattern below simple.
 */
const pureLibraries = [
  // The schemas of which everything else is a projection.
  'typebox',
  // Which numbers a country has changes yearly; nobody keeps that by hand.
  'libphonenumber-js/min',
]
const initials = pureLibraries.map((name) => name.charAt(0))
const onlyPureLibraries: Ban = {
  regex: `^(${[`[^.${initials.join('')}]`, ...pureLibraries.map((name) => `${name.charAt(0)}(${notBeginningWith(name.slice(1))})`)].join('|')})`,
  message: `shared/ imports its pure libraries only (${pureLibraries.join(', ')}): no Node, no browser, no clock.`,
}

const onlyTheSyncClient: Ban = {
  regex: `^@chowki/sync-server(/?$|/(${notBeginningWith('sync/client/')}))|^(\\.\\./)+sync-server(/.*)?$`,
  message: 'Of the server, the renderer imports @chowki/sync-server/sync/client only.',
}

/** Tests start the real parts by the one harness; of the build they take nothing else. */
const onlyServices: Ban = {
  regex: `^@chowki/build(/.*)?$|^(\\.\\./)+build/(${notBeginningWith('services/')})`,
  message: 'Of build/, tests import build/services only.',
}

const serverTests = [...always, ...apart('renderer', 'electron', 'e2e'), electronOnly]
const server = [...serverTests, ...apart('build')]
const pageTests = [...always, ...apart('electron', 'e2e'), onlyTheSyncClient, electronOnly, mongodbOnly]
const page = [...pageTests, ...apart('build')]

export const layers: readonly Layer[] = [
  {
    files: ['shared/**/*.{ts,tsx}'],
    bans: [...always, ...apart('renderer', 'electron', 'sync-server', 'e2e', 'build'), onlyPureLibraries],
  },
  {
    files: ['shared/**/*.test.ts', 'shared/test-data/**/*.ts'],
    bans: [
      ...always,
      ...apart('renderer', 'electron', 'sync-server', 'e2e', 'build'),
      electronOnly,
      rxdbOnly,
      mongodbOnly,
    ],
  },
  {
    files: ['sync-server/**/*.{ts,tsx}'],
    bans: [...server, rxdbOnly, mongodbOnly, noTesting],
  },
  ...rooms.map((room): Layer => ({
    files: [`sync-server/${room}/**/*.ts`],
    bans: [...server, rxdbOnly, mongodbOnly, noTesting, throughRecords, ...otherRooms(room)],
  })),
  {
    files: writers.map((folder) => `sync-server/${folder}/**/*.ts`),
    bans: [...server, rxdbOnly, mongodbOnly, noTesting, throughRecords],
  },
  {
    files: ['sync-server/sync/client/**/*.ts'],
    bans: [...server, mongodbOnly, noTesting],
  },
  {
    files: ['sync-server/storage/mongo/**/*.ts'],
    bans: [...server, rxdbOnly, noTesting],
  },
  {
    // Tests let the real RxDB and the real MongoDB judge.
    files: ['sync-server/**/*.test.ts', 'sync-server/testing/**/*.ts'],
    bans: [...serverTests, onlyServices],
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    bans: [...page, rxdbOnly, noTesting],
  },
  ...screens.map((own): Layer => ({
    files: [`renderer/${own}/**/*.{ts,tsx}`],
    bans: [...page, rxdbOnly, noTesting, ...otherScreens(own)],
  })),
  {
    files: ['renderer/data/**/*.{ts,tsx}'],
    bans: [...page, noTesting],
  },
  {
    files: ['renderer/**/*.test.{ts,tsx}', 'renderer/testing/**/*.{ts,tsx}'],
    bans: [...pageTests, onlyServices],
  },
  {
    files: ['electron/**/*.ts'],
    bans: [...always, ...apart('renderer', 'sync-server', 'e2e', 'build'), rxdbOnly, mongodbOnly],
  },
  {
    // They drive the packed app, so they ask the build for one.
    files: ['electron/tests/**/*.ts'],
    bans: [...always, ...apart('renderer', 'sync-server', 'e2e'), electronOnly, rxdbOnly, mongodbOnly],
  },
  {
    files: ['e2e/**/*.ts'],
    bans: [...always, ...apart('renderer', 'electron', 'sync-server'), electronOnly, rxdbOnly],
  },
  {
    // The bench measures the product's own client, storage and search beside the libraries below them.
    files: ['e2e/bench/**/*.ts'],
    bans: [...always, ...apart('electron'), electronOnly],
  },
  {
    // Power is cut below the screens: from the page's data layer, the shell's care for it, and the server.
    files: ['e2e/outages/**/*.ts'],
    bans: [...always, electronOnly],
  },
  {
    files: ['build/**/*.{ts,mjs}'],
    bans: [...always, ...apart('renderer', 'electron', 'sync-server', 'e2e'), electronOnly, rxdbOnly],
  },
]
