/**
 * Every error that crosses a boundary (HTTP, IPC, quarantine), with its cause and what the reader can do.
 * This table is the documentation; the OpenAPI description is generated from it.
 */
export interface ErrorDescription {
  /** HTTP status of the answer that carries this code. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 426 | 429 | 500 | 503
  readonly cause: string
  readonly remedy: string
}

const describe = <const T extends Record<string, ErrorDescription>>(table: T): T => table

export const errorDescriptions = describe({
  invalid_request: {
    status: 400,
    cause: 'A field of the request is missing, unknown or of the wrong type.',
    remedy: 'Correct the named field and send again.',
  },
  invalid_document: {
    status: 422,
    cause: 'A document does not fit its collection.',
    remedy: 'Correct the named field; the document is kept in quarantine until then.',
  },
  foreign_society: {
    status: 403,
    cause: 'The document belongs to another society.',
    remedy: 'Only records of the device’s own society can be sent.',
  },
  field_not_writable: {
    status: 403,
    cause: 'A kiosk may not set this field.',
    remedy: 'Leave the field as the server gave it.',
  },
  collection_not_writable: {
    status: 403,
    cause: 'A kiosk may not write to this collection.',
    remedy: 'Change it through the admins’ API.',
  },
  collection_unknown: {
    status: 404,
    cause: 'There is no such replicated collection.',
    remedy: 'Use a collection named in the API description.',
  },
  checkpoint_unknown: {
    status: 410,
    cause: 'The checkpoint is not from this server’s history.',
    remedy: 'Replicate from the beginning; nothing is lost by it.',
  },
  protocol_unsupported: {
    status: 426,
    cause: 'The server does not speak this version of the protocol.',
    remedy: 'Update the kiosk.',
  },
  schema_unsupported: {
    status: 426,
    cause: 'The server does not know this version of the collection.',
    remedy: 'Update the kiosk, or the server where the kiosk is newer.',
  },
  unauthenticated: {
    status: 401,
    cause: 'No valid credentials were sent.',
    remedy: 'Enrol the device again with a new code.',
  },
  device_revoked: {
    status: 401,
    cause: 'This device is no longer active.',
    remedy: 'Ask an admin to activate the device or to issue a new code.',
  },
  forbidden: {
    status: 403,
    cause: 'These credentials do not allow it.',
    remedy: 'Ask an admin of the society.',
  },
  enrolment_code_invalid: {
    status: 401,
    cause: 'The code is not known.',
    remedy: 'Check the code, or ask an admin for a new one.',
  },
  enrolment_code_expired: {
    status: 410,
    cause: 'The code is too old.',
    remedy: 'Ask an admin for a new code.',
  },
  enrolment_code_used: {
    status: 409,
    cause: 'The code has enrolled a device already.',
    remedy: 'Ask an admin for a new code.',
  },
  enrolment_code_foreign: {
    status: 409,
    cause: 'The code is of another society than the records that this device holds.',
    remedy: 'Ask an admin of the device’s own society for a code.',
  },
  too_many_attempts: {
    status: 429,
    cause: 'There were too many attempts.',
    remedy: 'Wait for the time given, then try again.',
  },
  method_not_allowed: {
    status: 405,
    cause: 'The address does not take this method.',
    remedy: 'Use a method named in the `allow` header.',
  },
  payload_too_large: {
    status: 413,
    cause: 'The body is larger than allowed.',
    remedy: 'Send less in one request.',
  },
  media_type_unsupported: {
    status: 415,
    cause: 'The body is not of a type that this route reads.',
    remedy: 'Send the type named in the API description.',
  },
  photo_not_jpeg: { status: 422, cause: 'The photo is not a JPEG.', remedy: 'Take the photo again.' },
  photo_hash_mismatch: {
    status: 422,
    cause: 'The photo does not match its hash.',
    remedy: 'Send the photo again.',
  },
  photo_too_large: {
    status: 413,
    cause: 'The photo is larger than 80 KB.',
    remedy: 'Take the photo again at 1280x720.',
  },
  not_found: {
    status: 404,
    cause: 'There is no such thing, or it is not yours to see.',
    remedy: 'Check the address.',
  },
  server_unavailable: {
    status: 503,
    cause: 'The server cannot reach its database.',
    remedy: 'Nothing is lost; try again soon.',
  },
  internal: {
    status: 500,
    cause: 'The server failed.',
    remedy: 'Nothing is lost; try again, and report the request id.',
  },
  visitor_inside: {
    status: 409,
    cause: 'This visitor is inside already.',
    remedy: 'Let the visitor out first, or choose another person.',
  },
  visitor_uncertain: {
    status: 409,
    cause: 'Somebody else is known by this phone.',
    remedy: 'Say which of them it is, or that it is another person.',
  },
  visitor_namesake: {
    status: 409,
    cause: 'Somebody of this name is known by this phone.',
    remedy: 'Choose that person, or write a name that tells the two apart.',
  },
  visitor_barred: {
    status: 409,
    cause: 'The society bars this person, phone or vehicle.',
    remedy: 'Call the supervisor; to let in all the same, choose the override and say why.',
  },
  name_barred: {
    status: 409,
    cause: 'Somebody with a name like this one is barred.',
    remedy: 'Compare with the reason of the bar, then say that it is somebody else.',
  },
  reason_missing: {
    status: 422,
    cause: 'An override needs a reason.',
    remedy: 'Choose a reason or write one.',
  },
  undo_overtaken: {
    status: 409,
    cause: 'The visitor was let in or out anew since.',
    remedy: 'Nothing was changed; record a new entry or exit instead.',
  },
  undo_too_late: {
    status: 409,
    cause: 'It is too late to undo this.',
    remedy: 'Record a new entry or exit instead.',
  },
  kiosk_open_elsewhere: {
    status: 409,
    cause: 'The kiosk is open in another window.',
    remedy: 'Use that window, or close it and load this one again.',
  },
  data_key_wrong: {
    status: 500,
    cause: 'The key of this computer does not open the records on its disk.',
    remedy:
      'The records are untouched. Restore the keyring that was in use, or ask for help before enrolling again.',
  },
  record_unreadable: {
    status: 500,
    cause: 'A record on this kiosk’s disk is damaged.',
    remedy: 'Other records are safe; the server’s copy replaces it at the next replication.',
  },
  pin_wrong: { status: 401, cause: 'The PIN is wrong.', remedy: 'Try again, or ask a supervisor.' },
  device_storage_failed: {
    status: 500,
    cause: 'The kiosk could not write to its disk.',
    remedy: 'Free space on the disk; do not close the visit before it is saved.',
  },
  device_disk_low: {
    status: 503,
    cause: 'The kiosk’s disk is almost full, so no new visit is taken.',
    remedy: 'Free space on the disk; the desk goes on by itself.',
  },
  network_unreachable: {
    status: 503,
    cause: 'The server did not answer.',
    remedy: 'Go on working; what is saved here is sent later.',
  },
  camera_not_found: {
    status: 404,
    cause: 'No camera answered.',
    remedy: 'Check the cable, or go on without a photo.',
  },
  camera_failed: {
    status: 500,
    cause: 'The camera gave no picture in time.',
    remedy: 'Try again, or go on without a photo.',
  },
  camera_busy: { status: 409, cause: 'The camera is taking a picture already.', remedy: 'Wait a moment.' },
  secure_store_unavailable: {
    status: 500,
    cause: 'The key store of this computer could not be read.',
    remedy: 'Unlock the keyring, then start again.',
  },
  sender_refused: {
    status: 403,
    cause: 'The request did not come from the kiosk’s own page.',
    remedy: 'Use the kiosk’s own window.',
  },
})

export type ErrorCode = keyof typeof errorDescriptions

/**
 * An error as it crosses a boundary. `message` never repeats the offending value (it may be personal):
 * it names the field and the rule.
 */
export interface ChowkiError {
  readonly code: ErrorCode
  /** JSON-Pointer-like path of the offending field, e.g. `rows/3/newDocumentState/phone`. */
  readonly field?: string
  readonly message: string
  readonly remedy: string
  /** Milliseconds to wait before trying again, where waiting helps. */
  readonly retryAfterMs?: number
}

export const chowkiError = (
  code: ErrorCode,
  details: { field?: string; message?: string; retryAfterMs?: number } = {},
): ChowkiError => ({
  code,
  message: details.message ?? errorDescriptions[code].cause,
  remedy: errorDescriptions[code].remedy,
  ...(details.field === undefined ? {} : { field: details.field }),
  ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
})
