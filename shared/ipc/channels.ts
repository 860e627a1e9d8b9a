/** One map types and validates both ends of the Electron boundary: channel -> request, response. Errors are `ChowkiError`. */
import Type from 'typebox'
import type { Static, TSchema } from 'typebox'

const closed = { additionalProperties: false } as const
const nothing = Type.Null()

export const cameraPictureSchema = Type.Object(
  { /** Base64 of a JPEG. */ jpegBase64: Type.String({ maxLength: 4_000_000 }) },
  closed,
)

export const diagnosticsSchema = Type.Object(
  {
    appVersion: Type.String(),
    electronVersion: Type.String(),
    chromiumVersion: Type.String(),
    /** Where the data key lies: the keyring's name, or `file` where the system has no keyring. */
    keyStore: Type.String(),
    fixedCamera: Type.Union([Type.String(), Type.Null()]),
    serverUrl: Type.Union([Type.String(), Type.Null()]),
    freeDiskBytes: Type.Union([Type.Number(), Type.Null()]),
  },
  closed,
)

/** What a failure at the desk was about; each has its words on the status screen. */
export const troubleAreas = ['storage', 'replication', 'photos', 'guards', 'enrolment', 'check'] as const
export const logEventPattern = `^(${troubleAreas.join('|')})\\.[A-Za-z]+$`

/**
 * What the page may put into the desk's log: names and figures. There is no place for free text, so no person can be in it
 * (P7).
 */
export const logEntrySchema = Type.Object(
  {
    level: Type.Union([Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')]),
    /** As `storage.write`: where it happened, and what. */
    event: Type.String({ pattern: logEventPattern, maxLength: 64 }),
    /** An error's name, or the code of a `ChowkiError`. */
    cause: Type.Optional(Type.String({ pattern: '^[A-Za-z_]+$', maxLength: 64 })),
    collection: Type.Optional(Type.String({ pattern: '^[A-Za-z_]+$', maxLength: 64 })),
  },
  closed,
)

const count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })
const timeMax = 8_640_000_000_000_000
const timeOrNull = Type.Union([Type.Number({ minimum: -timeMax, maximum: timeMax }), Type.Null()])

/**
 * The page's part of the diagnostics: bounded figures and nothing else. The shell cannot judge the supervisor's PIN, which
 * only the page's sealed database can; so what it takes here must harm nobody whoever asks for it.
 */
export const deskFiguresSchema = Type.Object(
  {
    online: Type.Boolean(),
    trouble: Type.Union([Type.Literal('none'), Type.Literal('revoked'), Type.Literal('outdated')]),
    disk: Type.Union([Type.Literal('good'), Type.Literal('low'), Type.Literal('failing')]),
    unsyncedRecords: count,
    unsyncedPhotos: count,
    quarantined: count,
    /** Epoch milliseconds. */
    lastSyncedAt: timeOrNull,
    /** Epoch milliseconds. */
    waitingSince: timeOrNull,
    clockDriftMs: timeOrNull,
  },
  closed,
)

/** What the shell was started with, for an enrolment that needs no typing. */
export const launchSchema = Type.Object(
  {
    serverUrl: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()]),
    enrolmentCode: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    fixedCamera: Type.Boolean(),
  },
  closed,
)

export const ipcChannels = {
  /** The 32-byte data key as base64, made at first call; only the kiosk's page may ask. */
  'secure-store:data-key': { request: nothing, response: Type.String({ minLength: 44, maxLength: 44 }) },
  /** Server address (origin only) and device token: from then on `/api/` requests of the page carry the token. */
  'server:enrolled': {
    request: Type.Object(
      {
        serverUrl: Type.String({ minLength: 8, maxLength: 2048, pattern: '^https?://[^/?#]+$' }),
        token: Type.String({ minLength: 16, maxLength: 256 }),
      },
      closed,
    ),
    response: nothing,
  },
  /** Before enrolment: which server `/api/` goes to, without credentials. */
  'server:choose': {
    request: Type.Object(
      { serverUrl: Type.String({ minLength: 8, maxLength: 2048, pattern: '^https?://[^/?#]+$' }) },
      closed,
    ),
    response: nothing,
  },
  'camera:take': { request: nothing, response: cameraPictureSchema },
  'app:launch': { request: nothing, response: launchSchema },
  'app:diagnostics': { request: nothing, response: diagnosticsSchema },
  'log:write': { request: Type.Array(logEntrySchema, { minItems: 1, maxItems: 50 }), response: nothing },
  /** Writes figures, versions and the log into the one file of the user's; answers where. At most once in five seconds. */
  'diagnostics:save': {
    request: deskFiguresSchema,
    response: Type.Object({ place: Type.String({ maxLength: 4096 }) }, closed),
  },
} as const satisfies Record<string, { request: TSchema; response: TSchema }>

export type IpcChannel = keyof typeof ipcChannels
export type IpcRequest<C extends IpcChannel> = Static<(typeof ipcChannels)[C]['request']>
export type IpcResponse<C extends IpcChannel> = Static<(typeof ipcChannels)[C]['response']>
