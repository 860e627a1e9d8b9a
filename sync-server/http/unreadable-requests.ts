/**
 * Requests that are refused before any route, hook or error handler is asked: an address that cannot be decoded, bytes
 * that are no HTTP, an expectation that nobody fulfils. Left to Fastify and Node they are answered without a code, or
 * with the address repeated, which may hold a person.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { chowkiError, errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { sendError, securityHeaderValues } from './answers.ts'

/** Fastify's names for its options. */
export const unreadableRequests = { frameworkErrors, clientErrorHandler } as const

const unroutable: ReadonlySet<string> = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH'])

function frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaderValues)
  sendError(reply, unroutable.has(error.code) ? badAddress() : chowkiError('internal'))
}

function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(answerText(notHttp(error.code)))
  socket.destroy(error)
}

/** Node would answer 417 with an empty body. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = chowkiError('invalid_request', { field: 'expect', message: 'Only 100-continue is known.' })
    const headers = { ...securityHeaderValues, 'content-type': jsonType, connection: 'close' }
    response.writeHead(errorDescriptions[error.code].status, headers).end(JSON.stringify({ error }))
  })
}

/** A `CONNECT` asks for a line to elsewhere. Node would close the line without a word. */
export function refuseTunnels(server: Server): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined)
    const error = chowkiError('invalid_request', { field: 'method', message: 'This server is no proxy.' })
    socket.end(answerText(error))
  })
}

const jsonType = 'application/json; charset=utf-8'

const badAddress = (): ChowkiError =>
  chowkiError('invalid_request', {
    field: 'url',
    message: 'The address cannot be decoded, or a part of it is too long.',
  })

function notHttp(code: string | undefined): ChowkiError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return chowkiError('invalid_request', { field: 'request', message: 'It did not arrive in time.' })
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return chowkiError('invalid_request', { field: 'headers', message: 'They are longer than allowed.' })
  }
  return chowkiError('invalid_request', { field: 'request', message: 'It is no HTTP.' })
}

/** ASCII, as all messages of these errors are, so that its length is its bytes. */
function answerText(error: ChowkiError): string {
  const body = JSON.stringify({ error })
  const head = [
    `HTTP/1.1 ${errorDescriptions[error.code].status} Bad Request`,
    `content-type: ${jsonType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(securityHeaderValues).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
