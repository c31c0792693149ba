import type { MessageOptions } from './envelope.ts'
import { BadOptionError } from './errors.ts'
import type { SubscribeOptions } from './events.ts'
import { optionsObject } from './option.ts'
import type { RequestOptions } from './questions.ts'
import type {
  ConsumeOnceOptions,
  ConsumeOptions,
  DeadLetterSelection,
  ReplayOptions,
  SendOptions,
} from './work.ts'

/** Every option there is; the type keeps the list whole. */
export type Known<O> = { readonly [option in keyof Required<O>]: true }

const PUBLISH: Known<MessageOptions> = {
  id: true,
  sessionId: true,
  type: true,
  sender: true,
  target: true,
  headers: true,
}
const CONSUME: Known<ConsumeOptions> = {
  concurrency: true,
  batchSize: true,
  leaseMs: true,
  renew: true,
  signal: true,
}
const SELECTION: Known<DeadLetterSelection> = { ids: true, reason: true, where: true }
const SEND: Known<SendOptions> = {
  ...PUBLISH,
  priority: true,
  delayMs: true,
  ttlMs: true,
  maxAttempts: true,
  backoff: true,
  signal: true,
}
const ONCE: Known<ConsumeOnceOptions> = { ...CONSUME, maxMs: true, maxMessages: true }
const REPLAY: Known<ReplayOptions> = { ...SELECTION, perSecond: true }
const SUBSCRIBE: Known<SubscribeOptions> = { from: true, durable: true, signal: true }
const REQUEST: Known<RequestOptions> = { timeoutMs: true, signal: true, sender: true, headers: true }

/** The options of each call. */
const OPTIONS = {
  publish: PUBLISH,
  subscribe: SUBSCRIBE,
  send: SEND,
  consume: CONSUME,
  consumeOnce: ONCE,
  deadLetters: SELECTION,
  replayDeadLetters: REPLAY,
  purgeDeadLetters: SELECTION,
  request: REQUEST,
  respond: { signal: true },
  publishTask: SEND,
  publishResult: { id: true },
  getResult: { waitMs: true, signal: true },
  close: { drainMs: true },
} as const

/** Of `send`. */
export const BACKOFF_OPTIONS: Known<NonNullable<SendOptions['backoff']>> = { firstMs: true, longestMs: true }

/** Refuses what TypeScript would have refused: a misspelt option would be ignored in silence. @throws BadOptionError */
export function checkOptions(call: string, options: object, known: Readonly<Record<string, true>>): void {
  for (const option in optionsObject('options', options)) {
    if (Object.hasOwn(known, option)) continue
    const there = Object.keys(known).join(', ')
    throw new BadOptionError(
      option,
      `left out: ${call} has ${there}`,
      (options as Record<string, unknown>)[option],
    )
  }
}

/** A parameter that was forgotten must not select everything. @throws BadOptionError */
export function mustBeSaid(selection: ReplayOptions): void {
  for (const [option, value] of Object.entries(selection))
    if (value === undefined) throw new BadOptionError(option, 'left out, or said', value)
}

/** The same for a call of the bus. @throws BadOptionError */
export const checkCall = (call: keyof typeof OPTIONS, options: object): void =>
  checkOptions(call, options, OPTIONS[call])
