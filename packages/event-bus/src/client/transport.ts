import type { Position, ServerMessage } from '../wire/message.ts'

/** What is wanted of one job: everything behind a position, or whatever is kept. */
export interface Wanted {
  readonly job: string
  readonly after: Position | undefined
}

/** How a connection ended. */
export interface Ending {
  /** A WebSocket close code or an HTTP status; nothing when the line just broke. */
  readonly reason: number | undefined
  /** Was it a plain HTTP answer instead of a connection? */
  readonly refused: boolean
  /** Ended by this side, to ask for something else at once. */
  readonly anew?: boolean
}

/** Where a connection tells what happens. After `onEnd` it tells nothing more. */
export interface Receiver {
  readonly onMessage: (message: ServerMessage) => void
  readonly onEnd: (ending: Ending) => void
}

/** A connection that is being opened or is open. */
export interface Line {
  /** Asks for everything that is wanted. Called once, at `hello`. */
  begin(wanted: readonly Wanted[]): void
  /** Asks for one more job, or for one again from further behind. Called after `begin`. */
  add(wanted: Wanted): void
  unsubscribe(job: string): void
  /** Ends it; `onEnd` is still called. */
  close(): void
}

/** A way to reach the server. */
export interface Transport {
  readonly name: 'websocket' | 'sse'
  /** @param wanted what is wanted at the beginning, for a transport that has to say it in its address */
  open(wanted: readonly Wanted[], token: string | undefined, receiver: Receiver): Line
}

/** The position from which nothing is missed by any of them: the furthest behind; nothing when none has one. */
export function furthestBehind(positions: readonly (Position | undefined)[]): Position | undefined {
  const bus = positions.find((position) => position !== undefined)?.bus
  if (bus === undefined) return undefined
  // Who has no position wants whatever is kept; numbers of different buses cannot be compared.
  const seqs = positions.map((position) => (position?.bus === bus ? position.seq : 0))
  return { bus, seq: Math.min(...seqs) }
}
