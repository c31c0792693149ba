import { availableParallelism } from 'node:os'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Session, type SessionOptions } from './session.ts'
import { type Reply, type Request, type SentOutcome, sendError } from './thread-messages.ts'

// The store's own thread: neither fsync nor another process's lock blocks the event loop of the program.

const POLL_MS = 50

/**
 * How long the thread looks for the next request after a write before it goes to sleep. Waking a thread costs about
 * as much as that: one run alone commits 3,600 a second without looking and 4,300 with; 200 µs are no better.
 * On a single processor it would only keep the program from making that request.
 */
const LOOK_MS = availableParallelism() > 1 ? 0.1 : 0

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

function serve(first: Request): void {
  let request: Request | undefined = first
  while (request !== undefined) {
    respond(request)
    request = 'write' in request ? soon() : undefined
  }
}

function respond(request: Request): void {
  try {
    reply(answer(request))
  } catch (error) {
    reply({ id: request.id, error: sendError(error, options.path) })
  }
}

/** The next request if it comes at once, as it does when a run goes on after its commit. */
function soon(): Request | undefined {
  const until = performance.now() + LOOK_MS
  do {
    const received = receiveMessageOnPort(port) as { readonly message: Request } | undefined
    if (received !== undefined) return received.message
  } while (performance.now() < until)
  return undefined
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
