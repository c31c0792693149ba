import { parentPort, workerData } from 'node:worker_threads'
import { Session, type SessionOptions } from './session.ts'
import { type Reply, type Request, type SentOutcome, sendError } from './thread-messages.ts'

// The store's own thread: neither fsync nor another process's lock blocks the event loop of the program.

const POLL_MS = 50

const port = parentPort!
const options = workerData as SessionOptions
const reply = (message: Reply): void => port.postMessage(message)

let session: Session
let polling: NodeJS.Timeout | undefined
let seen = 0

try {
  session = new Session(options)
  seen = session.dataVersion()
  port.on('message', serve)
  reply({ opened: true })
} catch (error) {
  reply({ failed: sendError(error, options.path) })
}

function serve(request: Request): void {
  try {
    reply(answer(request))
  } catch (error) {
    reply({ id: request.id, error: sendError(error, options.path) })
  }
}

function answer(request: Request): Reply {
  if ('write' in request) return { id: request.id, outcomes: session.write(request.write).map(sendable) }
  if ('read' in request) return { id: request.id, value: session.read(request.read) }
  if ('watch' in request) watch(request.watch)
  else close()
  return { id: request.id, value: null }
}

const sendable = (outcome: ReturnType<Session['write']>[number]): SentOutcome =>
  outcome.ok ? outcome : { ok: false, error: sendError(outcome.error, options.path) }

function watch(on: boolean): void {
  clearInterval(polling)
  polling = on ? setInterval(poll, POLL_MS) : undefined
}

function poll(): void {
  const version = readVersion()
  if (version === seen) return
  seen = version
  reply({ changed: true })
}

function readVersion(): number {
  try {
    return session.dataVersion()
  } catch {
    // A busy or failing file has nothing to tell; the next request names the error.
    return seen
  }
}

function close(): void {
  watch(false)
  session.close()
  port.off('message', serve)
}
