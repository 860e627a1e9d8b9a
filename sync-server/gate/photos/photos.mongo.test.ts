import { createHash, randomBytes } from 'node:crypto'
import { encodePhotoFrame } from '@chowki/shared/protocol/photo-frame.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, enrolDevice, errorOf, rawRows, startTestServer } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { newId } from '../../testing/test-society.ts'
import { frameOf, jpegOf, photoOf } from '../../testing/test-photo.ts'

let server: TestServer
let lotus: TestDevice
let palm: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  lotus = await enrolDevice(server, server.lotus)
  palm = await enrolDevice(server, server.palm)
})
afterAll(() => server.close())

interface UploadAnswer {
  results: { id: string; status: string; error?: { code: string; field?: string; remedy: string } }[]
}

const octets = { 'content-type': 'application/octet-stream' }
const send = (payload: Buffer, device = lotus) =>
  server.app.inject(as(device, { method: 'POST', url: '/api/photos', headers: octets, payload }))
const upload = async (photos: Parameters<typeof frameOf>[0], device = lotus) => {
  const answer = await send(frameOf(photos), device)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<UploadAnswer>().results
}
const view = (id: string, device = lotus) => server.app.inject(as(device, { url: `/api/photos/${id}` }))
const missing = async (asked: { id: string; sha256: string }[], device = lotus) => {
  const photos = asked.map(({ id, sha256 }) => ({ id, sha256 }))
  const options = as(device, { method: 'POST', url: '/api/photos/missing', payload: { photos } })
  return (await server.app.inject(options)).json<{ missing: string[] }>().missing
}

describe('photos arrive in frames', () => {
  test('twelve of 80 KB in one frame, each stored and given back byte by byte', async () => {
    const photos = Array.from({ length: 12 }, () => photoOf(jpegOf(81_920)))
    expect((await upload(photos)).map(({ status }) => status)).toEqual(photos.map(() => 'stored'))
    for (const photo of photos) {
      const answer = await view(photo.id)
      expect(answer.statusCode).toBe(200)
      expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(photo.sha256)
    }
  })

  test('P2: the same frame again changes nothing', async () => {
    const photos = [photoOf(jpegOf(500)), photoOf(jpegOf(700))]
    await upload(photos)
    expect((await upload(photos)).map(({ status }) => status)).toEqual(['unchanged', 'unchanged'])
    expect(await rawRows(server, 'photos')).toSatisfy(
      (rows: { _id: object }[]) => rows.filter(({ _id }) => String(_id) === photos[0]?.id).length === 1,
    )
  })

  test('P2: a frame that is sent several times at once leaves each photo once', async () => {
    const photos = [photoOf(jpegOf(500)), photoOf(jpegOf(700))]
    const answers = await Promise.all(Array.from({ length: 5 }, () => upload(photos)))
    const statuses = answers.map(([first]) => first?.status).toSorted()
    expect(statuses).toEqual(['stored', 'unchanged', 'unchanged', 'unchanged', 'unchanged'])
  })

  test('the server tells which it lacks, by id and hash', async () => {
    const [held, other] = [photoOf(jpegOf(500)), photoOf(jpegOf(500))]
    await upload([held])
    expect(await missing([held, other])).toEqual([other.id])
    expect(await missing([{ id: held.id, sha256: other.sha256 }])).toEqual([held.id])
    expect(await missing([held], palm)).toEqual([held.id])
  })
})

describe('one bad photo never blocks the others', () => {
  const jpeg = jpegOf(600)
  const bad: Record<string, [Parameters<typeof frameOf>[0][number], string, string]> = {
    'a PNG': [photoOf(Buffer.from('89504e470d0a1a0a00000000', 'hex')), 'photo_not_jpeg', 'photos/1'],
    'a cut-off JPEG': [photoOf(jpeg.subarray(0, 400)), 'photo_not_jpeg', 'photos/1'],
    'no bytes': [photoOf(Buffer.alloc(0)), 'photo_not_jpeg', 'photos/1'],
    'only the marks of a JPEG': [photoOf(Buffer.from('ffd8ffd9', 'hex')), 'photo_not_jpeg', 'photos/1'],
    'a wrong hash': [{ ...photoOf(jpeg), sha256: 'a'.repeat(64) }, 'photo_hash_mismatch', 'photos/1/sha256'],
    'one byte over 80 KB': [photoOf(jpegOf(81_921)), 'photo_too_large', 'photos/1/size'],
  }
  for (const [what, [photo, code, field]] of Object.entries(bad)) {
    test(`${what} is refused with ${code}, its neighbours are stored, and people see it`, async () => {
      const neighbours = [photoOf(jpegOf(500)), photoOf(jpegOf(501))] as const
      const results = await upload([neighbours[0], photo, neighbours[1]])
      expect(results.map(({ status }) => status)).toEqual(['stored', 'refused', 'stored'])
      expect(results[1]?.error).toMatchObject({ code, field })
      expect(results[1]?.error?.remedy).not.toBe('')
      expect((await view(photo.id)).statusCode).toBe(404)
      const quarantined = await server.database.quarantine.list(server.lotus.societyId, 100)
      expect(quarantined).toContainEqual(
        expect.objectContaining({ collection: 'photos', documentId: photo.id, errorCode: code }),
      )
    })
  }

  test('an id that is taken by another photo is refused, and the first stays', async () => {
    const first = photoOf(jpegOf(500))
    await upload([first])
    const [result] = await upload([{ ...photoOf(jpegOf(800)), id: first.id }])
    expect(result).toMatchObject({ status: 'refused', error: { code: 'photo_hash_mismatch' } })
    expect((await view(first.id)).rawPayload.length).toBe(500)
  })

  for (const takenAt of [0, -5, Date.UTC(1970, 0, 1), Date.UTC(2300, 0, 1), 1e300, 1.5]) {
    test(`P1: a photo from a clock that shows ${takenAt} is stored all the same`, async () => {
      const photo = { ...photoOf(jpegOf(500)), takenAt }
      expect((await upload([photo]))[0]?.status).toBe('stored')
    })
  }
})

describe('a frame that cannot be read is refused as a whole', () => {
  const header = (value: unknown) => {
    const json = Buffer.from(JSON.stringify(value))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(json.length)
    return Buffer.concat([length, json])
  }
  const entry = { id: newId(), sha256: 'b'.repeat(64), size: 10, takenAt: 1 }
  const frames: Record<string, Buffer> = {
    'an empty body': Buffer.alloc(0),
    'three bytes': Buffer.from([0, 0, 1]),
    'a header length of 4 GB': Buffer.from('ffffffff00', 'hex'),
    'a header that is no JSON': Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from('{a}')]),
    'random bytes': randomBytes(2_000),
    'no photo': header({ photos: [] }),
    'thirteen photos': header({
      photos: Array.from({ length: 13 }, () => ({ ...entry, id: newId(), size: 0 })),
    }),
    'fewer bytes than it says': header({ photos: [entry] }),
    'more bytes than it says': Buffer.concat([header({ photos: [entry] }), Buffer.alloc(11)]),
    'a negative size': header({ photos: [{ ...entry, size: -10 }] }),
    'an id that is no id': header({ photos: [{ ...entry, id: '../../etc/passwd' }] }),
    'an unknown field': header({ photos: [{ ...entry, societyId: 'x' }] }),
    'a prototype key': Buffer.concat([
      Buffer.from([0, 0, 0, 28]),
      Buffer.from('{"photos":[],"__proto__":{}}'),
    ]),
    'the same id twice': header({
      photos: [
        { ...entry, size: 0 },
        { ...entry, size: 0 },
      ],
    }),
  }
  for (const [what, frame] of Object.entries(frames)) {
    test(`${what}: a code, a field and a remedy`, async () => {
      const answer = await send(frame)
      expect(answer.statusCode).toBe(400)
      expect(errorOf(answer).code).toBe('invalid_request')
      expect(errorOf(answer).field).toBeTruthy()
      expect(errorOf(answer).remedy).toBeTruthy()
    })
  }

  test('a frame over 1 MB', async () => {
    const answer = await send(Buffer.alloc(1_000_001))
    expect(answer.statusCode).toBe(413)
    expect(errorOf(answer).code).toBe('payload_too_large')
  })

  test('JSON instead of a frame', async () => {
    const answer = await server.app.inject(
      as(lotus, { method: 'POST', url: '/api/photos', payload: { photos: [] } }),
    )
    expect(answer.statusCode).toBe(415)
    expect(errorOf(answer).code).toBe('media_type_unsupported')
  })
})

describe('photos are seen by their own society only', () => {
  test('P6: another society gets the same answer as for an id that nobody has', async () => {
    const photo = photoOf(jpegOf(500))
    await upload([photo])
    const [foreign, unknown] = [await view(photo.id, palm), await view(newId(), palm)]
    expect(foreign.statusCode).toBe(404)
    expect(foreign.body).toBe(unknown.body)
    const [taken] = await upload([{ ...photoOf(jpegOf(600)), id: photo.id }], palm)
    const own = photoOf(jpegOf(500))
    await upload([own], palm)
    const [ownTaken] = await upload([{ ...photoOf(jpegOf(600)), id: own.id }], palm)
    expect(taken?.error).toEqual(ownTaken?.error)
  })

  test('P7: what lies in the database is ciphertext bound to society and id', async () => {
    const photo = photoOf(jpegOf(5_000))
    await upload([photo])
    const rows = await rawRows(server, 'photos')
    const row = rows.find(({ _id }) => String(_id) === photo.id)
    if (!row) throw new Error('not stored')
    const sealed = Buffer.from((row['sealed'] as { buffer: Uint8Array }).buffer)
    expect(sealed.length).toBe(5_000 + 28)
    expect(sealed.includes(photo.bytes.subarray(100, 140))).toBe(false)
  })

  test('P7: every look is audited: who, what and when', async () => {
    const photo = photoOf(jpegOf(500))
    await upload([photo])
    await view(photo.id)
    await view(photo.id, palm)
    const looks = (await rawRows(server, 'auditLogs')).filter(
      ({ subjectId, action }) => subjectId === photo.id && action !== 'photos.inserted',
    )
    expect(looks).toHaveLength(1)
    expect(looks[0]).toMatchObject({ action: 'photo.viewed', actorKind: 'device', actorId: lotus.deviceId })
    expect(looks[0]?.['createdAt']).toEqual(new Date(server.clock.now))
  })

  test('the answer is an image that is neither sniffed nor kept', async () => {
    const photo = photoOf(jpegOf(500))
    await upload([photo])
    const { headers } = await view(photo.id)
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
  })

  test('the frame is read as the kiosk writes it', async () => {
    const photo = photoOf(jpegOf(900))
    const frame = encodePhotoFrame([photo])
    expect(frame.ok && (await send(Buffer.from(frame.value))).json<UploadAnswer>().results[0]?.status).toBe(
      'stored',
    )
  })
})
