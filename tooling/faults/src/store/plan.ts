import { seeded } from '../seeded.ts'

/** What is done to a store and to those who work on it. */
export const BLOWS = [
  /** SIGKILL of a worker; another one takes over. */
  'worker killed',
  /** SIGKILL of a process of the database server, which then starts all of them anew. */
  'backend killed',
  /** SIGKILL of PostgREST, which is started again a moment later. */
  'rest killed',
  /** Every connection of the workers is cut, whatever is on its way. */
  'connections cut',
  /** A request passes, its answer does not: the write happened and nobody was told. */
  'answer lost',
  /** SIGSTOP of a worker until a rival has its runs, then SIGCONT. */
  'frozen, rival',
  /** SIGSTOP of the only worker for longer than its lease, then SIGCONT. */
  'frozen, alone',
] as const

export type Blow = (typeof BLOWS)[number]

export interface Stroke {
  readonly blow: Blow
  /** After the one before, in milliseconds. */
  readonly afterMs: number
}

export interface Plan {
  /** How many workers begin. */
  readonly workers: 1 | 2
  readonly strokes: readonly Stroke[]
}

/** What may come beside the blow of the round, any number of times. */
const BESIDE: ReadonlySet<Blow> = new Set(['worker killed', 'connections cut', 'answer lost'])

/** A round's blows follow from its seed alone; the kind of the first one goes around, so that each has its share. */
export function planOf(seed: number, blows: readonly Blow[]): Plan {
  const random = seeded(seed)
  const first = blows[seed % blows.length]!
  const moment = () => Math.floor(20 + random() * 150)
  if (first === 'frozen, alone') return { workers: 1, strokes: [{ blow: first, afterMs: moment() }] }
  const others = blows.filter((blow) => BESIDE.has(blow))
  const more = Array.from({ length: Math.floor(random() * 3) }, () => ({
    blow: others[Math.floor(random() * others.length)]!,
    afterMs: moment(),
  }))
  return { workers: 2, strokes: [{ blow: first, afterMs: moment() }, ...more] }
}
