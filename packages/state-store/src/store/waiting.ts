import { Subjects } from '../engine/subjects.ts'
import type { WriteOperation } from '../engine/writes.ts'

/** An operation that waits for its batch. */
export interface Waiting {
  readonly operation: WriteOperation
  /** Of its payload text. */
  readonly length: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What a batch may hold. */
export interface Room {
  /** Operations. */
  readonly count: number
  /** Their payload text together; one that is longer travels alone. */
  readonly length: number
}

export interface Parted {
  readonly taken: Waiting[]
  readonly left: Waiting[]
}

/** How far down the queue to look for what may overtake; a queue that is longer is busy enough. */
const LOOK_AHEAD = 2_000

/** Takes from the front of the queue what fits. */
export function takeFront(queue: readonly Waiting[], room: Room): Parted {
  let count = 0
  let length = 0
  for (const waiting of queue) {
    if (count === room.count || (count > 0 && length + waiting.length > room.length)) break
    count += 1
    length += waiting.length
  }
  return { taken: queue.slice(0, count), left: queue.slice(count) }
}

/** Takes what fits and meets nothing that is under way, nor anything before it that is left. */
export function takeBeside(queue: readonly Waiting[], underWay: Subjects, room: Room): Parted {
  const taken: Waiting[] = []
  const left: Waiting[] = []
  const passedOver = new Subjects()
  let length = 0
  let looked = 0
  for (const waiting of queue.slice(0, LOOK_AHEAD)) {
    if (taken.length === room.count || (taken.length > 0 && length + waiting.length > room.length)) break
    looked += 1
    if (underWay.meet(waiting.operation) || passedOver.meet(waiting.operation)) {
      passedOver.add(waiting.operation)
      left.push(waiting)
    } else {
      taken.push(waiting)
      length += waiting.length
    }
  }
  return { taken, left: [...left, ...queue.slice(looked)] }
}
