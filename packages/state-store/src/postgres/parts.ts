/** What stands around the operations of a request: the action, the namespace, brackets. */
const FRAME_BYTES = 2_048

const encoder = new TextEncoder()

/**
 * Cuts a batch into parts, in its order, whose JSON is at most so long in UTF-8. One operation that is longer is a part
 * of its own.
 */
export function partsOf<T>(batch: readonly T[], maxBytes: number): readonly (readonly T[])[] {
  if (maxBytes === Number.POSITIVE_INFINITY || batch.length < 2) return [batch]
  const parts: T[][] = []
  let room = 0
  for (const operation of batch) {
    const bytes = encoder.encode(JSON.stringify(operation)).length + 1
    if (parts.length === 0 || bytes > room) {
      parts.push([])
      room = maxBytes - FRAME_BYTES
    }
    parts.at(-1)!.push(operation)
    room -= bytes
  }
  return parts
}
