import type { Declared } from '../decide/declared.ts'
import type { Family, Recorded } from '../decide/recorded.ts'
import { NonDeterminismError } from '../errors.ts'
import type { Delivery } from './delivery.ts'
import type { Ports } from './ports.ts'

/** How long code may do something of its own between two recorded outcomes before that is called a mismatch. */
const PATIENCE_MS = 2_000

/**
 * Replays a journal to a code workflow: recorded outcomes are delivered in journal order, each to whoever asked
 * for its name, and nothing new starts before the last one was delivered.
 */
export class Replay {
  readonly #recorded: readonly Recorded[]
  readonly #byName = new Map<string, Recorded>()
  readonly #asked = new Map<string, (outcome: Recorded) => void>()
  readonly #held: { readonly what: string; readonly start: () => void }[] = []
  readonly #delivery: Delivery
  readonly #ports: Ports
  readonly #mismatch: (error: NonDeterminismError) => void
  #next = 0
  #handing = false
  #cancelPatience: (() => void) | undefined

  constructor(
    recorded: readonly Recorded[],
    parts: {
      readonly delivery: Delivery
      readonly ports: Ports
      /** Called once, when the code cannot have written this journal. */
      readonly mismatch: (error: NonDeterminismError) => void
    },
  ) {
    this.#recorded = recorded
    this.#delivery = parts.delivery
    this.#ports = parts.ports
    this.#mismatch = parts.mismatch
    for (const outcome of recorded) this.#byName.set(nameOf(outcome.family, outcome.name), outcome)
  }

  get done(): boolean {
    return this.#next >= this.#recorded.length
  }

  isRecorded(family: Family, name: string): boolean {
    return this.#byName.has(nameOf(family, name))
  }

  /**
   * The recorded outcome of a name, when its turn comes; `undefined`, once all recorded outcomes are delivered,
   * if there is none. Throws `NonDeterminismError` if the name is recorded with another declared input.
   */
  ask(family: Family, name: string, declared?: Declared): Promise<Recorded | undefined> {
    const outcome = this.#byName.get(nameOf(family, name))
    if (outcome === undefined) return this.#askNew(family, name)
    checkDeclared(outcome, declared)
    return new Promise((resolve) => {
      this.#asked.set(nameOf(family, name), resolve)
      this.#handOver()
    })
  }

  /** The code has returned or thrown: what it never asked for shows that it is not the code of this journal. */
  end(): NonDeterminismError | undefined {
    this.#cancelPatience?.()
    const left = this.#recorded
      .slice(this.#next)
      .find((outcome) => !this.#asked.has(nameOf(outcome.family, outcome.name)))
    return left === undefined ? undefined : neverAsked(left, 'the code ended')
  }

  #askNew(family: Family, name: string): Promise<undefined> {
    if (this.done) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#held.push({ what: `${family} '${name}'`, start: () => resolve(undefined) })
      this.#handOver()
    })
  }

  #handOver(): void {
    if (this.#handing || this.done) return
    const outcome = this.#recorded[this.#next]!
    const name = nameOf(outcome.family, outcome.name)
    const resolve = this.#asked.get(name)
    if (resolve === undefined) {
      this.#loseSomePatience(outcome)
      return
    }
    this.#cancelPatience?.()
    this.#cancelPatience = undefined
    this.#handing = true
    this.#delivery.add(() => {
      this.#asked.delete(name)
      this.#next += 1
      this.#handing = false
      resolve(outcome)
      // What the outcome sets off runs before the next one is looked for.
      void this.#ports.turn().then(() => this.#goOn())
    })
  }

  #goOn(): void {
    if (!this.done) {
      this.#handOver()
      return
    }
    for (const { start } of this.#held.splice(0)) this.#delivery.add(start)
  }

  /** New steps wait while a recorded outcome is not asked for: either the code is slow, or it is other code. */
  #loseSomePatience(outcome: Recorded): void {
    if (this.#held.length === 0 || this.#cancelPatience !== undefined) return
    this.#cancelPatience = this.#ports.setTimer(() => {
      if (this.#recorded[this.#next] !== outcome || this.#held.length === 0) return
      this.#mismatch(
        neverAsked(outcome, `the code asked for ${this.#held.map(({ what }) => what).join(', ')}`),
      )
    }, PATIENCE_MS)
  }
}

const nameOf = (family: Family, name: string): string => `${family} ${name}`

const neverAsked = (outcome: Recorded, instead: string): NonDeterminismError =>
  new NonDeterminismError(
    `The journal has ${outcome.family} '${outcome.name}' at version ${outcome.version}; ${instead} instead.`,
  )

function checkDeclared(outcome: Recorded, declared: Declared | undefined): void {
  if (outcome.hash === (declared?.hash ?? null)) return
  throw new NonDeterminismError(
    `Step '${outcome.name}' was recorded with input ${outcome.declared ?? '(none)'} ` +
      `and is asked for with input ${declared?.text ?? '(none)'}.`,
  )
}
