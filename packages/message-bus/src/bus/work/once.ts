import type { Claim, Settlement, Turned } from '../../broker/broker.ts'
import type { Envelope } from '../../contract/envelope.ts'
import { LeaseLostError } from '../../contract/errors.ts'
import type { Consumed, ConsumeOnceOptions, WorkHandler } from '../../contract/work.ts'
import { onceLimits, type WorkStyle, workStyle } from './consumer.ts'
import { Holding, type Surroundings } from './holding.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { WorkerParts } from './worker.ts'

interface Finished extends Settlement {
  readonly envelope: Envelope
}

/** Works on what is there, in waves of as many as the concurrency allows, until nothing is left or a limit is met. */
export async function consumeOnce(
  parts: Omit<WorkerParts, 'empty'>,
  handler: WorkHandler,
  options: ConsumeOnceOptions,
  { draining, closed }: { readonly draining: AbortSignal; readonly closed: AbortSignal },
): Promise<Consumed> {
  const { queue, broker, settings, errors, meter } = parts
  const style = workStyle(handler, options)
  const { maxMs, maxMessages } = onceLimits(options.maxMs, options.maxMessages)
  const keeper = new LeaseKeeper(queue, broker, settings.ports)
  const abandon = (): void => keeper.abandon()
  closed.addEventListener('abort', abandon, { once: true })
  const until = settings.ports.now() + maxMs
  const tally = { done: 0, failed: 0, taken: 0 }
  const finished: Finished[] = []

  const around = (ended: () => void): Surroundings => ({
    queue,
    broker,
    handler,
    leaseMs: style.leaseMs,
    renew: style.renew,
    backoff: { firstMs: settings.backoffMs, longestMs: settings.maxBackoffMs },
    now: settings.ports.now,
    settle: (settlement, envelope) => finished.push({ ...settlement, envelope }),
    report: (error, envelope) => errors.report(error, envelope),
    handled: (ms, failed) => {
      meter.handled(ms, failed)
      if (failed) tally.failed++
    },
    stopping: () => draining.aborted || closed.aborted,
    ended: (holding) => {
      keeper.remove(holding)
      ended()
    },
  })

  const turn = async (claim: Claim | undefined): Promise<Turned> => {
    const settle = finished.splice(0, broker.limits.count)
    const turned = await broker.turn(queue, { send: [], settle, claim })
    settle.forEach(({ outcome, envelope }, index) => {
      if (turned.settled[index]) tally.done += outcome.kind === 'done' ? 1 : 0
      else if (outcome.kind === 'done') {
        tally.failed++
        errors.report(new LeaseLostError(envelope.id), envelope)
      }
    })
    return turned
  }

  const wave = ({ held, now }: Turned, began: number): Promise<unknown> =>
    Promise.all(
      held.map((one) => {
        for (const { envelope } of one.messages) meter.waited(now - envelope.timestamp)
        tally.taken += one.messages.length
        return new Promise<void>((resolve) => {
          const holding = new Holding(one, around(resolve), began)
          holding.start()
          if (!holding.over) keeper.add(holding)
        })
      }),
    )

  try {
    for (;;) {
      const now = settings.ports.now()
      const left = maxMessages - tally.taken
      const stopped = options.signal?.aborted || draining.aborted || closed.aborted
      const over = now >= until || stopped || left <= 0
      while (finished.length > broker.limits.count) await turn(undefined)
      const turned = await turn(over ? undefined : claimOf(style, left))
      if (turned.held.length === 0) break
      await wave(turned, now)
    }
  } finally {
    closed.removeEventListener('abort', abandon)
    keeper.abandon()
  }
  return { done: tally.done, failed: tally.failed }
}

/** As many leases, and messages in each, as are sure not to be more than are left. */
function claimOf({ batchSize, concurrency, leaseMs }: WorkStyle, left: number): Claim {
  const size = Math.min(batchSize, left)
  return { count: Math.min(concurrency, Math.floor(left / size)), leaseMs, batchSize: size }
}
