import { MAX_NAME_LENGTH } from '@pawl/state-store'
import { checkUserName, keyAsName } from '../define/names.ts'
import { RuntimeError } from '../errors.ts'

/** A name that a scope has given out. */
export interface TakenName {
  /** Unique in the run: scope, name, key, and `#2` for the second time in sequence. */
  readonly full: string
  /** Gives the name back once its outcome was delivered; then the same name counts as a repetition. */
  free(): void
}

/** What the store keeps of a name, less what a signal's timer adds to it. */
const MAX_FULL_NAME = MAX_NAME_LENGTH - 'signal:'.length

/**
 * The names of one branch of a code workflow. The same name again, after the first was delivered, is `name#2`;
 * the same name while the first is under way could swap results after a crash, so it is refused.
 */
export class NameScope {
  readonly #prefix: string
  readonly #counts = new Map<string, number>()
  readonly #pending = new Set<string>()

  constructor(prefix = '') {
    this.#prefix = prefix
  }

  take(what: string, name: string, key?: string): TakenName {
    checkUserName(what, name)
    const base = key === undefined ? name : `${name}:${keyAsName(key)}`
    const slot = `${what} ${base}`
    if (this.#pending.has(slot)) throw ambiguous(what, base)
    const full = this.#prefix + this.#number(slot, base)
    if (full.length > MAX_FULL_NAME) throw tooLong(what, full)
    this.#pending.add(slot)
    return { full, free: () => this.#pending.delete(slot) }
  }

  /** The scope of one branch of the next `all` or `map`. */
  branches(kind: 'all' | 'map'): (branch: string) => NameScope {
    const prefix = this.#prefix + this.#number(kind, kind)
    return (branch) => new NameScope(`${prefix}:${keyAsName(branch)}/`)
  }

  #number(slot: string, base: string): string {
    const count = (this.#counts.get(slot) ?? 0) + 1
    this.#counts.set(slot, count)
    return count === 1 ? base : `${base}#${count}`
  }
}

const ambiguous = (what: string, name: string): RuntimeError =>
  new RuntimeError(
    'AMBIGUOUS_STEP',
    `The ${what} '${name}' is under way in another branch, so after a crash the two could not be told apart. ` +
      `Give each a 'key', or run the branches with ctx.all or ctx.map.`,
  )

const tooLong = (what: string, full: string): RuntimeError =>
  new RuntimeError(
    'INVALID_NAME',
    `The ${what} '${full.slice(0, 80)}…' is longer than ${MAX_FULL_NAME} characters with its branches and key. ` +
      'Use shorter keys, such as an id or a hash.',
  )
