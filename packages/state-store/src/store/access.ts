import type { ReadOperation, ReadResults } from '../engine/reads.ts'
import type { WriteOperation, WriteResults } from '../engine/writes.ts'

/** How the parts of a store reach its engine. */
export interface Access {
  /** Travels with the next batch. `length` is the operation's weight: the length of its text, or of what it deletes. */
  write<O extends WriteOperation>(operation: O, length?: number): Promise<WriteResults[O['op']]>
  read<O extends ReadOperation>(operation: O): Promise<ReadResults[O['op']]>
}
