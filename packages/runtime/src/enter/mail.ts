import { checkUserName } from '../define/names.ts'
import { RuntimeError } from '../errors.ts'
import type { Live } from './live.ts'
import { translateStoreError } from './store-errors.ts'

export interface CancelOptions {
  /** For people; kept in the journal. */
  readonly reason?: string
  /** The same id again is the same request. Without one, a second call is a second request. */
  readonly id?: string
}

export interface SignalOptions {
  /** The same id again counts once. */
  readonly id?: string
}

/** Asks for a run's end; tells the status if it has ended already. */
export async function requestCancel(live: Live, runId: string, options: CancelOptions): Promise<string> {
  const message = { runId, kind: 'cancel', name: reasonText(options.reason), ...idOf(options) } as const
  const sent = await translateStoreError(live.parts.store.send(message))
  if (!sent.ok) return sent.status
  if (live.worker.tellMail(runId, sent.seq)) return 'cancelling'
  // A request that was made before may have been obeyed: then the run, resumed since, is not to be ended.
  if (sent.duplicate) void live.worker.claim()
  else void live.worker.takeToEnd(runId)
  return 'cancelling'
}

/** Puts a signal into a run's inbox. */
export async function sendSignal(
  live: Live,
  runId: string,
  name: string,
  payload: unknown,
  options: SignalOptions,
): Promise<void> {
  checkUserName('signal', name)
  const message = { runId, kind: 'signal', name, payload, ...idOf(options) } as const
  const sent = await translateStoreError(live.parts.store.send(message))
  if (sent.ok) return deliver(live, runId, sent.seq)
  throw new RuntimeError(
    'RUN_FINISHED',
    `Run ${runId} is ${sent.status} and takes no signals. Resume it first.`,
  )
}

const idOf = ({ id }: { readonly id?: string }) => (id === undefined ? {} : { id })

/** Wakes the run if it is held here; otherwise the mail made it ready, and somebody claims it. */
function deliver({ worker }: Live, runId: string, seq: number): void {
  if (!worker.tellMail(runId, seq)) void worker.claim()
}

/** A reason as the inbox keeps it: text that SQL can hold, of a bounded length. */
const reasonText = (reason = ''): string =>
  reason.replaceAll('\u0000', '').slice(0, 500).toWellFormed() || 'cancelled by request'
