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

/**
 * What the page may put into the desk's log: names and figures. There is no place for free text, so no person can be in it
 * (P7).
 */
export const logEntrySchema = Type.Object(
  {
    level: Type.Union([Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')]),
    /** As `storage.write`: where it happened, and what. */
    event: Type.String({ pattern: '^[A-Za-z]+\\.[A-Za-z]+$', maxLength: 64 }),
    /** An error's name, or the code of a `ChowkiError`. */
    cause: Type.Optional(Type.String({ pattern: '^[A-Za-z_]+$', maxLength: 64 })),
    collection: Type.Optional(Type.String({ pattern: '^[A-Za-z_]+$', maxLength: 64 })),
  },
  closed,
)

/** The page's part of the diagnostics. */
export const deskFiguresSchema = Type.Object(
  {
    online: Type.Boolean(),
    trouble: Type.String({ pattern: '^[A-Za-z_]+$', maxLength: 20 }),
    unsyncedRecords: Type.Integer({ minimum: 0 }),
    unsyncedPhotos: Type.Integer({ minimum: 0 }),
    quarantined: Type.Integer({ minimum: 0 }),
    /** Epoch milliseconds. */
    lastSyncedAt: Type.Union([Type.Number(), Type.Null()]),
    clockDriftMs: Type.Union([Type.Number(), Type.Null()]),
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
  /** Writes figures, versions and the log into a file of the user's; answers where. */
  'diagnostics:save': {
    request: deskFiguresSchema,
    response: Type.Object({ place: Type.String({ maxLength: 4096 }) }, closed),
  },
} as const satisfies Record<string, { request: TSchema; response: TSchema }>

export type IpcChannel = keyof typeof ipcChannels
export type IpcRequest<C extends IpcChannel> = Static<(typeof ipcChannels)[C]['request']>
export type IpcResponse<C extends IpcChannel> = Static<(typeof ipcChannels)[C]['response']>
