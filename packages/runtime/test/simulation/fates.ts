import type { Random } from './random.ts'

/** What happens to one call at a port. */
export interface Fate {
  readonly kind:
    | 'pass'
    /** The process dies before the call reaches the other side. */
    | 'crash-before'
    /** The call is applied; the process dies before it hears of it. */
    | 'crash-after'
    /** The call is refused for now, and not applied. */
    | 'busy'
    /** The call is applied, and the caller is told to try again. */
    | 'lost'
    /** The call is applied, no answer ever comes, and the process dies within a while. */
    | 'silent'
    /** The call is applied twice. */
    | 'twice'
  /** Milliseconds on the way there and back. */
  readonly thereMs: number
  readonly backMs: number
  /** The process stands still for so long, its lease runs out meanwhile, and it goes on as if nothing had been. */
  readonly freezeMs: number
}

/** How often what happens, drawn for each seed: some are calm, some have one fault all the time. */
interface Profile {
  readonly crash: number
  readonly busy: number
  readonly lost: number
  readonly silent: number
  readonly twice: number
  readonly delay: number
  readonly longestMs: number
  readonly freeze: number
  /** How often another process hears of a write at once. */
  readonly hint: number
}

const CALM: Fate = { kind: 'pass', thereMs: 0, backMs: 0, freezeMs: 0 }

/** Calls that come all the time without doing anything: what happens to them must not drown the rest. */
const IDLE: ReadonlySet<string> = new Set(['heartbeat', 'claim', 'unsent', 'run'])
const IDLE_PARTS = /^(cells|agents)\./
const IDLE_SHARE = 0.15

/** A process must get somewhere between its crashes, or the seed shows nothing but crash loops. */
const MOST_CRASHES = 12

/** Draws the fate of every call of a simulation. */
export class Fates {
  /** While false every call passes at once. */
  raging = true
  readonly profile: Profile
  readonly #random: Random
  #crashes = 0

  constructor(random: Random) {
    this.#random = random
    this.profile = drawProfile(random)
  }

  draw(op: string): Fate {
    if (!this.raging) return CALM
    const { crash, busy, lost, silent, twice, delay, freeze } = this.profile
    const share = IDLE.has(op) || IDLE_PARTS.test(op) ? IDLE_SHARE : 1
    const kind = this.#kind([
      ['crash-before', (crash * share) / 2],
      ['crash-after', (crash * share) / 2],
      ['silent', silent * share],
      ['busy', busy],
      ['lost', lost],
      ['twice', twice],
    ])
    const crashes = kind.startsWith('crash') || kind === 'silent'
    return {
      kind: crashes && ++this.#crashes > MOST_CRASHES ? 'pass' : kind,
      thereMs: this.#ms(delay),
      backMs: this.#ms(delay),
      freezeMs: this.#random.chance(freeze * share) ? this.#random.int(5_000, 90_000) : 0,
    }
  }

  /** Whether a process hears of another's write at once. */
  hints(): boolean {
    return this.#random.chance(this.raging ? this.profile.hint : 0.5)
  }

  #kind(chances: readonly (readonly [Fate['kind'], number])[]): Fate['kind'] {
    let left = this.#random.next()
    for (const [kind, probability] of chances) {
      left -= probability
      if (left < 0) return kind
    }
    return 'pass'
  }

  #ms(delay: number): number {
    return this.#random.chance(delay) ? this.#random.int(1, this.profile.longestMs) : 0
  }
}

function drawProfile(random: Random): Profile {
  const some = (from: number, to: number) => (random.chance(0.6) ? from + random.next() * (to - from) : 0)
  return {
    crash: some(0.01, 0.1),
    busy: some(0.01, 0.1),
    lost: some(0.01, 0.08),
    silent: some(0.002, 0.015),
    twice: some(0.01, 0.1),
    delay: some(0.1, 0.6),
    longestMs: random.pick([20, 400, 4_000]),
    freeze: some(0.003, 0.03),
    hint: some(0.1, 0.6),
  }
}
