import type { Envelope, Head } from '../contract/envelope.ts'
import type { ErrorSummary } from '../contract/errors.ts'
import type { DeadLetter } from '../contract/work.ts'

// The port between the bus and where its messages are. A broker knows queues, leases and the log; it knows no
// handlers, timers or subscriptions. Its calls take batches and are retried by nobody but the broker itself. They
// throw BrokerUnavailableError or BrokerRefusedError.

/** A message on its way into the broker. `payload` is JSON text. */
export interface Accepting {
  readonly head: Head
  readonly payload: string
  /** The id is the caller's, so it is checked for duplicates. */
  readonly given: boolean
}

/** Work on its way in, not to be delivered before `delayMs`. */
export interface AcceptingWork extends Accepting {
  readonly delayMs: number
}

/** An event on its way in. */
export interface AcceptingEvent extends Accepting {
  /** A result to keep for its task, or `null` to forget the one that is kept. */
  readonly result: { readonly taskId: string; readonly text: string | null } | undefined
}

export type Verdict = 'accepted' | 'duplicate' | 'full'

/** The right to work on a message, or on a batch of one session. Only the current token of a lease counts. */
export interface Lease {
  readonly token: number
  /** `null`: the message has no session. */
  readonly session: string | null
}

/** Messages taken under one lease, in order. */
export interface Held {
  readonly lease: Lease
  readonly messages: readonly HeldMessage[]
}

export interface HeldMessage {
  readonly envelope: Envelope
  /** What is kept is no envelope: why. It can only be buried. */
  readonly broken?: Error | undefined
}

/** What came of the first message that is left under a lease. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly inMs: number }
  | { readonly kind: 'dead'; readonly reason: DeadLetter['reason']; readonly error: ErrorSummary | null }
  /** It was not attempted: as if it had never been taken. */
  | { readonly kind: 'returned' }

export interface Settlement {
  readonly lease: Lease
  readonly outcome: Outcome
  /** Which of the messages taken under the lease it is, from 0. */
  readonly nth: number
  /** The lease ends with it: the rest of the batch, if any, goes back unattempted. */
  readonly ends: boolean
}

export interface Claim {
  /** Leases wanted. */
  readonly count: number
  readonly leaseMs: number
  /** Messages of one session under one lease, at most. */
  readonly batchSize: number
}

export interface Turn {
  /** Work that the same caller sends: taken in order, before anything else of the turn. */
  readonly send: readonly AcceptingWork[]
  readonly settle: readonly Settlement[]
  readonly claim: Claim | undefined
}

export interface Turned {
  /** What became of each message that was sent. */
  readonly verdicts: readonly Verdict[]
  /** For each settlement whether its lease was current; if not, nothing was changed by it. */
  readonly settled: readonly boolean[]
  readonly held: readonly Held[]
  /** Milliseconds until a delay or a lease of the queue ends; `undefined`: nothing is delayed or leased. */
  readonly nextInMs: number | undefined
  /** Wake-ups that the queue has sent so far: one that is not newer needs no claim. */
  readonly wakes: number
  /** The broker's time. */
  readonly now: number
}

export interface QueueCounts {
  readonly ready: number
  readonly delayed: number
  readonly leased: number
  readonly dead: number
  readonly deadDropped: number
  readonly consumers: number
  /** Age of the oldest message at the front, in milliseconds; `null` when none waits. */
  readonly oldestMs: number | null
}

/** A dead letter and the broker's own key for it: ids may come twice. */
export interface KeptLetter {
  readonly key: string
  readonly letter: DeadLetter
}

/** A place in the log: behind the event with this number. */
export interface Place {
  /** Events are numbered from 1 without gaps. */
  readonly number: number
  /** The broker's own key of that event. */
  readonly key: string
  /** Id of that event; `null` when there is none. */
  readonly id: string | null
}

/** Where a subscription begins. */
export type Beginning =
  | { readonly kind: 'now' | 'start' }
  | { readonly kind: 'behind'; readonly id: string }
  | { readonly kind: 'since'; readonly time: number }

export interface LoggedEvent extends Place {
  readonly topic: string
  /** The event, a copy each time. @throws BadEnvelopeError */
  open(): Envelope
}

/** A wake-up: something is there (`inMs` 0), or will be in a while; below 0: nothing is due any more. */
export interface QueueWake {
  readonly wakes: number
  readonly inMs: number
  /** Room was made in a queue that was full. */
  readonly room: boolean
}

/** Hears a text, or `undefined` when something may have been missed. */
export type Listener = (text: string | undefined) => void

/** Ends a watch; resolves when nothing is heard any more. Never rejects. */
export type Unwatch = () => Promise<void>

/** Where work is, and what may be done with it there. */
export interface WorkBroker {
  /** Takes work in order. Whoever waits for it is woken. */
  send(queue: string, work: readonly AcceptingWork[]): Promise<readonly Verdict[]>
  /** Takes what is sent, settles what is finished, takes back what was lost, makes ready what is due, leases what is free. */
  turn(queue: string, turn: Turn): Promise<Turned>
  /** Makes leases last at least this much longer from now. `false`: the lease was lost. */
  extend(queue: string, leases: readonly (Lease & { readonly ms: number })[]): Promise<readonly boolean[]>
  counts(queue: string): Promise<QueueCounts>
  /** Oldest first. */
  deadLetters(queue: string): Promise<readonly KeptLetter[]>
  /** Puts letters back; those that are gone are passed over. `full`: no room for all, none was moved. */
  replay(
    queue: string,
    letters: readonly { readonly key: string; readonly delayMs: number }[],
  ): Promise<number | 'full'>
  purge(queue: string, keys: readonly string[]): Promise<number>
  /** Says how many consumers this bus has on a queue. */
  enroll(queue: string, consumers: number): Promise<void>
  /** Hears of wake-ups of a queue. Resolves when none can be missed any more. */
  watchQueue(queue: string, wake: (wake: QueueWake | undefined) => void): Promise<Unwatch>
}

/** Where events and results are. */
export interface LogBroker {
  append(events: readonly AcceptingEvent[]): Promise<readonly Verdict[]>
  /** `undefined`: the id is not held. */
  seek(beginning: Beginning): Promise<Place | undefined>
  /** Events behind a place, oldest first, as many as are handy; none: it is the end of the log. */
  read(place: Place): Promise<readonly LoggedEvent[]>
  /** The place kept under a name, which is this holder's from now on. */
  takePlace(name: string, holder: string): Promise<Place | undefined>
  /** Keeps a place. `false`: the name is somebody else's now, nothing was kept. */
  keepPlace(name: string, holder: string, place: Place): Promise<boolean>
  /** Kept results, as JSON. */
  results(taskIds: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Hears that the log has grown. */
  watchLog(grown: Listener): Promise<Unwatch>
}

/** Where questions meet responders. */
export interface QuestionBroker {
  /** Puts a question where responders find it. `false`: nobody listens, nothing was kept. */
  ask(topic: string, question: string, timeoutMs: number): Promise<boolean>
  /** The oldest question that is not too old; it is this caller's now. */
  takeQuestion(topic: string): Promise<string | undefined>
  /** Tells whoever has it that nobody waits any more. */
  cancelQuestion(topic: string, id: string): Promise<void>
  /** Hears the id of a cancelled question; '': there is a question to take; `undefined`: there may be several. */
  watchQuestions(topic: string, heard: Listener): Promise<Unwatch>
  answer(asker: string, text: string): Promise<void>
  watchAnswers(asker: string, heard: (text: string) => void): Promise<Unwatch>
}

/** Where messages are. */
export interface Broker extends WorkBroker, LogBroker, QuestionBroker {
  readonly kind: string
  /** How much one call takes, and how many turns of a queue may be under way without overtaking one another. */
  readonly limits: { readonly count: number; readonly chars: number; readonly turns: number }
  /** Proves a round trip. */
  ping(): Promise<void>
  /** Numbers worth watching; those of queues are of when they were counted last. */
  numbers(): Promise<Readonly<Record<string, number>>>
  /** Words for an operator; empty when there is nothing to say. */
  readonly detail: string
  close(): Promise<void>
}
