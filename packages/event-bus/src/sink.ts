import type { BusEvent } from './event.ts'

/**
 * Where a bus keeps its events for good: a file, a database, a queue. The bus calls `append` with one batch at a
 * time, in the order of `seq`, and sends the next batch when this one is acknowledged.
 */
export interface EventSink {
  /**
   * Keeps all of these events or rejects. Resolving is the acknowledgement: from then on the sink answers for them.
   * After a rejection the same batch comes again, so a sink that kept a part of it must drop that part, or
   * recognise the events by their `id`. Gap markers (`bus.gap`) are among them only where a lossy overflow was
   * chosen.
   */
  append(events: readonly BusEvent[]): Promise<void>
}

/**
 * What happens when the sink is `bufferSize` events behind:
 * - `wait` (default): `publish` waits before the event gets its number; `emit`, which cannot wait, throws SinkFullError
 * - `error`: both throw SinkFullError
 * - `drop-oldest`, `drop-newest`: the sink gets a gap marker in place of what it did not get
 *
 * With the first two nothing that was emitted is ever missing from the sink.
 */
export type SinkOverflow = 'wait' | 'error' | 'drop-oldest' | 'drop-newest'

export interface SinkOptions {
  readonly to: EventSink
  /** What is kept: a name or a pattern. Default `**`. */
  readonly pattern?: string
  /** Events that the sink has not acknowledged, at most. Default 8192. */
  readonly bufferSize?: number
  readonly overflow?: SinkOverflow
  /** Wait before a refused batch is tried again, doubled up to 30 s. Default 250 ms. */
  readonly retryMs?: number
}

export interface SinkStats {
  /** Events that were emitted and are not acknowledged yet. */
  readonly waiting: number
  /** Events that the sink acknowledged. */
  readonly acknowledged: number
  /** Events that an overflow dropped; the sink got gap markers instead. */
  readonly dropped: number
  /** Batches that the sink refused. */
  readonly failures: number
}
