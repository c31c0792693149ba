/** A piece of the text that one attempt of a step writes. */
export interface OutputChunk {
  readonly runId: string
  readonly step: string
  /** The run's epoch and fence when the attempt began: text of a later one takes the place of this one. */
  readonly epoch: number
  readonly fence: number
  /** From 1; a claim after a crash begins with 1 again, under a new fence. */
  readonly attempt: number
  /** Where the text begins, in UTF-16 units since the attempt began. */
  readonly offset: number
  /** Empty: the attempt begins here, and what an earlier one wrote behind `offset` does not count any more. */
  readonly text: string
}

/** A chunk as it was kept. */
export interface KeptChunk extends Omit<OutputChunk, 'runId'> {
  /** Where it ends in the output of its run; rises from chunk to chunk. */
  readonly place: number
  /** In the store's time. */
  readonly at: number
}

/**
 * What steps write while they are at work: text for whoever watches, kept beside the journal. It may be lost, the journal
 * may not: nothing waits for it, and it never makes a commit wait or fail. Of each run the newest part is kept; it goes
 * with the run when that is pruned or compacted, and passes through the codec as payloads do. Nothing is taken out of it:
 * it is what the step gives to its reader, as its outcome is.
 */
export interface Output {
  /**
   * Keeps a chunk in memory; it travels with the next commit of its run, as a rule, or by itself after a quarter of a
   * second. Never throws and never waits. Lost if the process ends before, if too much is waiting, if the run is unknown
   * or compacted, or if the fence is not the run's any more: text of a holder that lost the run is not kept.
   */
  write(chunk: OutputChunk): void

  /**
   * The chunks of a run after a place (default 0: from the oldest that is kept), in the order in which they were kept;
   * at most `limit` (default 500, at most 1,000). A reader that goes on from the last place it saw misses none: chunks of
   * one run get their places one batch after the other. Rejects with `RUN_NOT_FOUND`.
   */
  read(request: {
    readonly runId: string
    readonly after?: number
    readonly limit?: number
  }): Promise<readonly KeptChunk[]>

  /** How many UTF-16 units this process could not keep since the store was opened. */
  dropped(): number

  /** Resolves once everything before this call was written, or dropped. Never rejects. */
  flush(): Promise<void>
}
