import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Rejection } from '../bridge/gatekeeper.ts'

/** Answers an upgrade with a plain HTTP refusal and ends the connection. */
export function reject(socket: Duplex, { status, code, message }: Rejection): void {
  const body = JSON.stringify({ code, message })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 503 ? ['Retry-After: 5'] : []),
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
