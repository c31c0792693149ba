import type { EntryKind } from '@pawl/state-store'
import type {
  AgentStep,
  Branch,
  Duration,
  StepContext,
  StepOptions,
  WorkflowContext,
} from '../../src/index.ts'
import { StepFailedError } from '../../src/index.ts'
import { graphOutput, graphValue, whenOdd } from './graph.ts'
import { Performance, signalPayload, type Work } from './perform.ts'
import type { GraphNode, Program } from './program.ts'
import type { ServiceCall } from './services.ts'

/** An outcome that must stand in the journal. */
export interface ExpectedEntry {
  readonly kind: EntryKind
  /** It may be absent: nobody waits for its branch. */
  readonly optional: boolean
  /** It may fail some times before, if the run is resumed. */
  readonly fragile: boolean
}

/** What must come of a run, however often processes die. */
export interface Expectation {
  readonly output: unknown
  /** By family and name, such as `step fetch#2`. */
  readonly entries: ReadonlyMap<string, ExpectedEntry>
  /** The first stands in the journal before the second. */
  readonly order: readonly (readonly [string, string])[]
  /** Signals that somebody must send: how many of each name. */
  readonly signals: ReadonlyMap<string, number>
}

/** Computes what a program does, in memory: no journal, no store, no time. */
export async function expectationOf(program: Program, input: number): Promise<Expectation> {
  return program.kind === 'graph' ? graphExpectation(program, input) : codeExpectation(program, input)
}

/** A context that does everything at once and notes the names and their order. */
class PlainContext {
  readonly runId = 'model'
  readonly workflow = 'model'
  readonly abortSignal = new AbortController().signal
  readonly book: Book
  readonly #prefix: string
  readonly #counts = new Map<string, number>()
  /** The outcomes that whatever comes next must stand behind. */
  #before: readonly string[]

  constructor(book: Book, prefix: string, before: readonly string[]) {
    this.book = book
    this.#prefix = prefix
    this.#before = before
  }

  async step(name: string, work: ((step: StepContext) => unknown) | AgentStep, _options?: StepOptions) {
    const full = this.#prefix + this.#count('step', name)
    if (typeof work !== 'function') {
      this.book.fragile.add(`step ${full}`)
      this.#note(`step ${full}`, 'step_completed')
      return (work.input as ServiceCall).value
    }
    try {
      const value = await (work({ step: full } as StepContext) as Promise<number>)
      this.#note(`step ${full}`, 'step_completed')
      return value
    } catch (error) {
      this.#note(`step ${full}`, 'step_failed')
      throw new StepFailedError(full, { name: 'Error', message: String(error) })
    }
  }

  async sleep(name: string, _duration: Duration): Promise<void> {
    this.#note(`timer ${this.#prefix}${this.#count('timer', name)}`, 'timer_fired')
  }

  async signal(name: string, options: { timeout?: Duration } = {}): Promise<unknown> {
    const full = `signal ${this.#prefix}${this.#count('signal', name)}`
    if (options.timeout === undefined) {
      this.#note(full, 'signal_received')
      const nth = (this.book.signals.get(name) ?? 0) + 1
      this.book.signals.set(name, nth)
      return signalPayload(this.book.input, name, nth)
    }
    this.#note(full, 'signal_timed_out')
    throw Object.assign(new Error('timeout'), { code: 'SIGNAL_TIMEOUT' })
  }

  async share(): Promise<void> {
    this.#note(`shared ${this.#prefix}${this.#count('shared', 'share')}`, 'shared_set')
  }

  async all(branches: readonly Branch[] | { readonly [name: string]: Branch }): Promise<unknown> {
    const prefix = this.#prefix + this.#count('all', 'all')
    const named = Array.isArray(branches)
      ? branches.map((branch: Branch, index) => [String(index), branch] as const)
      : Object.entries(branches)
    const results = await this.#run(named.map(([name, branch]) => [`${prefix}:${name}/`, branch] as const))
    return Array.isArray(branches)
      ? results
      : Object.fromEntries(named.map(([name], index) => [name, results[index]]))
  }

  async map<T, R>(
    items: readonly T[],
    branch: (ctx: WorkflowContext, item: T, index: number) => Promise<R>,
    options: { readonly key?: (item: T, index: number) => string } = {},
  ): Promise<unknown> {
    const prefix = this.#prefix + this.#count('map', 'map')
    const nameOf = (item: T, index: number) =>
      options.key === undefined ? String(index) : encodeURIComponent(options.key(item, index))
    return this.#run(
      items.map(
        (item, index) =>
          [`${prefix}:${nameOf(item, index)}/`, (ctx: WorkflowContext) => branch(ctx, item, index)] as const,
      ),
    )
  }

  log(): void {}

  /** One branch after the other: their order among one another is open. */
  async #run(branches: readonly (readonly [string, Branch])[]): Promise<unknown[]> {
    const ends: string[] = []
    const results: unknown[] = []
    const first = this.book.entries.size
    let failure: unknown
    for (const [prefix, branch] of branches) {
      const context = new PlainContext(this.book, prefix, this.#before)
      try {
        results.push(await branch(context as unknown as WorkflowContext))
        ends.push(...context.#before)
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) {
      this.book.makeOptional(first)
      throw failure
    }
    this.#before = [...new Set(ends)]
    return results
  }

  #count(family: string, name: string): string {
    const count = (this.#counts.get(`${family} ${name}`) ?? 0) + 1
    this.#counts.set(`${family} ${name}`, count)
    return count === 1 ? name : `${name}#${count}`
  }

  #note(id: string, kind: EntryKind): void {
    this.book.note(id, kind)
    for (const before of this.#before) this.book.order.push([before, id])
    this.#before = [id]
  }
}

/** What the model has seen. */
class Book {
  readonly input: number
  readonly entries = new Map<string, ExpectedEntry>()
  readonly order: [string, string][] = []
  readonly signals = new Map<string, number>()
  readonly fragile = new Set<string>()

  constructor(input: number) {
    this.input = input
  }

  note(id: string, kind: EntryKind): void {
    this.entries.set(id, { kind, optional: false, fragile: this.fragile.has(id) })
  }

  makeOptional(from: number): void {
    for (const id of [...this.entries.keys()].slice(from)) {
      this.entries.set(id, { ...this.entries.get(id)!, optional: true })
    }
  }
}

async function codeExpectation(
  program: Extract<Program, { kind: 'code' }>,
  input: number,
): Promise<Expectation> {
  const book = new Book(input)
  const work: Work = (node, value) => async (step) => {
    if (node.fragile) book.fragile.add(`step ${step.step}`)
    if (node.fails > node.retries) throw new Error('hopeless')
    return value
  }
  const context = new PlainContext(book, '', []) as unknown as WorkflowContext
  const output = await new Performance(work).sequence(context, program.body, input, 'r')
  const { entries, order, signals } = book
  return { output, entries, order, signals }
}

function graphExpectation(program: Extract<Program, { kind: 'graph' }>, input: number): Expectation {
  const results: { [step: string]: number } = {}
  const entries = new Map<string, ExpectedEntry>()
  const order: [string, string][] = []
  for (const node of program.nodes) {
    const skipped = isSkipped(node, input, results)
    if (!skipped) results[node.name] = graphValue(node, input, results)
    const kind = skipped ? 'step_skipped' : 'step_completed'
    entries.set(`step ${node.name}`, { kind, optional: false, fragile: node.fragile || node.agent !== null })
    for (const name of node.after) order.push([`step ${name}`, `step ${node.name}`])
  }
  const output = program.summed ? graphOutput(input, results) : results
  return { output, entries, order, signals: new Map() }
}

/** Steps stand behind those they come after, so one pass in order is enough. */
function isSkipped(node: GraphNode, input: number, results: { readonly [step: string]: number }): boolean {
  if (node.after.length > 0 && node.after.every((name) => results[name] === undefined)) return true
  return node.whenOdd && !whenOdd(node, input, results)
}
