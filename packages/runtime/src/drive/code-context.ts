import type { Json, LogLevel, NewEntry, Transaction } from '@pawl/state-store'
import { type Declared, declare } from '../decide/declared.ts'
import type { Family, Recorded } from '../decide/recorded.ts'
import type { NameScope, TakenName } from '../decide/step-names.ts'
import type { AgentStep, Branch, StepOptions, WorkflowContext } from '../define/context.ts'
import { type Duration, toMs } from '../define/duration.ts'
import { validate } from '../define/schema.ts'
import type { StepContext } from '../define/step.ts'
import { type ErrorRecord, RuntimeError, StepFailedError } from '../errors.ts'
import type { CodeRun } from './code-run.ts'
import { untilAdmitted } from './parking.ts'
import { performStep, type StepJob } from './perform-step.ts'

type StepWork = (step: StepContext) => unknown

/** The context of one branch of a code workflow: its own names, the run's journal. */
export class CodeContext implements WorkflowContext {
  readonly runId: string
  readonly workflow: string
  readonly #run: CodeRun
  readonly #names: NameScope

  constructor(run: CodeRun, names: NameScope) {
    this.#run = run
    this.#names = names
    this.runId = run.execution.run.runId
    this.workflow = run.execution.run.type
  }

  get abortSignal(): AbortSignal {
    return this.#run.execution.signal
  }

  step(name: string, work: StepWork | AgentStep, options: StepOptions = {}): Promise<never> {
    const asked = typeof work === 'function' ? options : checkAgentStep(name, work)
    return this.#recordedOr('step', name, asked, (full, declared) =>
      this.#perform(() => this.#job(full, work, asked, declared)),
    ) as Promise<never>
  }

  transaction<E extends Transaction>(
    name: string,
    work: (tx: E, step: StepContext) => unknown,
    options: StepOptions = {},
  ): Promise<never> {
    const transaction = checkTransaction(name, work)
    return this.#recordedOr('step', name, options, (full, declared) =>
      this.#perform(() => ({ ...this.#job(full, noWork, options, declared), transaction })),
    ) as Promise<never>
  }

  sleep(name: string, duration: Duration): Promise<void> {
    const ms = toMs(duration)
    return quiet(this.#recordedOr('timer', name, {}, (full) => this.#sleep(full, ms)).then(() => undefined))
  }

  signal<T>(name: string, options: { readonly timeout?: Duration } = {}): Promise<T> {
    const timeout = options.timeout === undefined ? null : toMs(options.timeout)
    return this.#recordedOr('signal', name, {}, (full) =>
      this.#awaitSignal(name, full, timeout),
    ) as Promise<T>
  }

  all(branches: readonly Branch[] | { readonly [name: string]: Branch }): Promise<never> {
    return quiet(this.#all(branches))
  }

  map<T, R>(
    items: readonly T[],
    branch: (ctx: WorkflowContext, item: T, index: number) => Promise<R>,
    options: { readonly key?: (item: T, index: number) => string; readonly concurrency?: number } = {},
  ): Promise<R[]> {
    return quiet(this.#map(items, branch, options))
  }

  share(patch: { readonly [key: string]: unknown }): Promise<void> {
    return quiet(this.#share(patch))
  }

  async #all(branches: readonly Branch[] | { readonly [name: string]: Branch }): Promise<never> {
    const scope = this.#names.branches('all')
    const start = (name: string, branch: Branch) => branch(new CodeContext(this.#run, scope(name)))
    if (Array.isArray(branches)) {
      return (await Promise.all(
        branches.map((branch: Branch, index) => start(String(index), branch)),
      )) as never
    }
    const named = Object.entries(branches)
    const results = await Promise.all(named.map(([name, branch]) => start(name, branch)))
    return Object.fromEntries(named.map(([name], index) => [name, results[index]])) as never
  }

  async #map<T, R>(
    items: readonly T[],
    branch: (ctx: WorkflowContext, item: T, index: number) => Promise<R>,
    options: { readonly key?: (item: T, index: number) => string; readonly concurrency?: number },
  ): Promise<R[]> {
    const scope = this.#names.branches('map')
    const names = branchNames(items, options.key)
    const results: R[] = []
    const entries = items.entries()
    const lane = async () => {
      for (const [index, item] of entries) {
        results[index] = await branch(new CodeContext(this.#run, scope(names[index]!)), item, index)
      }
    }
    const lanes = Math.min(items.length, options.concurrency ?? Number.POSITIVE_INFINITY)
    await Promise.all(Array.from({ length: lanes }, lane))
    return results
  }

  async #share(patch: { readonly [key: string]: unknown }): Promise<void> {
    await this.#recordedOr('shared', 'share', {}, async (full) => {
      const { execution } = this.#run
      await execution.during(() => execution.append([{ kind: 'shared_set', step: full, payload: patch }]))
      return { ok: true, payload: null }
    })
  }

  log(message: string, details?: unknown, level: LogLevel = 'info'): void {
    const { runId, workflow } = this
    const said = { step: null, agent: null, level, message, details, replayed: this.#run.isReplaying }
    this.#run.execution.parts.emit('run.log', { runId, workflow, ...said })
  }

  /** The recorded outcome of a name, or what `live` makes of it now; delivered one at a time either way. */
  #recordedOr(
    family: Family,
    name: string,
    options: StepOptions,
    live: (full: string, declared: Declared | undefined) => Promise<Settled>,
  ): Promise<Json> {
    return quiet(this.#ask(family, name, options, live))
  }

  async #ask(
    family: Family,
    name: string,
    options: StepOptions,
    live: (full: string, declared: Declared | undefined) => Promise<Settled>,
  ): Promise<Json> {
    const taken = this.#names.take(family, name, options.key)
    const declared = options.input === undefined ? undefined : declare(options.input, taken.full)
    const begun = this.#run.expect(family, taken.full)
    const recorded = await this.#run.ask(family, taken.full, declared)
    const outcome = recorded === undefined ? live(taken.full, declared) : recorded
    begun()
    const settled: Settled = outcome instanceof Promise ? await this.#run.deliver(outcome) : outcome
    taken.free()
    return unwrap(family, taken, settled)
  }

  /** Does a step as soon as its agent may be asked, which is looked up anew each time. */
  async #perform(jobOf: () => StepJob): Promise<Settled> {
    const { execution } = this.#run
    for (;;) {
      const job = jobOf()
      const done = await performStep(execution, job)
      if ('refusal' in done) await untilAdmitted(execution, job, done.refusal)
      else
        return done.ok
          ? { ok: true, payload: done.output }
          : { ok: false, payload: done.error as unknown as Json }
    }
  }

  #job(
    name: string,
    work: StepWork | AgentStep,
    options: StepOptions,
    declared: Declared | undefined,
  ): StepJob {
    const { agents } = this.#run.execution.parts
    if (typeof work === 'function') {
      return { name, agent: null, rules: agents.rulesOf(options, undefined), work, declared }
    }
    const agent = agents.find(work.agent, `Step '${name}' of workflow '${this.workflow}'`)
    const call = async (step: StepContext) =>
      agent.run(
        (await validate(agent.input, work.input, `agent '${agent.id}' in step '${name}'`)) as never,
        step,
      )
    return { name, agent: agent.id, rules: agents.rulesOf(work, agent), work: call, declared }
  }

  async #sleep(full: string, ms: number): Promise<Settled> {
    const wakeAt = await this.#deadline(full, ms)
    const { execution, waits } = this.#run
    return new Promise((resolve, reject) => {
      const fire = async (): Promise<void> => {
        await execution.during(() => execution.append([{ kind: 'timer_fired', step: full }]))
        resolve({ ok: true, payload: null })
      }
      waits.add({ wakeAt, look: () => {}, expire: () => void fire().catch(reject) })
    })
  }

  async #awaitSignal(name: string, full: string, timeout: number | null): Promise<Settled> {
    const wakeAt = timeout === null ? null : await this.#deadline(`signal:${full}`, timeout)
    const { execution, waits } = this.#run
    return new Promise((resolve, reject) => {
      const record = async (entry: NewEntry, ok: boolean): Promise<void> => {
        await execution.during(() => execution.append([entry]))
        resolve({ ok, payload: (entry.payload ?? null) as Json })
      }
      const take = (): boolean => {
        const item = execution.mailbox.takeSignal(name)
        if (item === undefined) return false
        const entry = {
          kind: 'signal_received',
          step: full,
          payload: item.payload,
          meta: { inbox: item.seq },
        } as const
        record(entry, true).catch(reject)
        return true
      }
      if (take()) return
      const wait = {
        wakeAt,
        signal: name,
        look: () => {
          if (take()) waits.remove(wait)
        },
        expire: () => void record({ kind: 'signal_timed_out', step: full }, false).catch(reject),
      }
      waits.add(wait)
    })
  }

  /** When a timer fires: as recorded, or from now on, recorded first. */
  async #deadline(name: string, ms: number): Promise<number> {
    const { execution, recorded } = this.#run
    const set = recorded.timers.get(name)
    if (set !== undefined) return set
    const wakeAt = Math.ceil(execution.storeNow() + ms)
    await execution.during(() => execution.append([{ kind: 'timer_set', step: name, meta: { wakeAt } }]))
    return wakeAt
  }
}

/** A branch that nobody awaits any more may still fail; its failure is recorded, not a fault of the process. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function checkAgentStep(name: string, work: AgentStep): AgentStep {
  if (typeof work === 'object' && work !== null && work.agent !== undefined) return work
  throw new RuntimeError(
    'INVALID_DEFINITION',
    `ctx.step('${String(name)}') needs a function, or { agent, input }, as its second argument.`,
  )
}

const noWork = (): undefined => undefined

function checkTransaction<E extends Transaction>(
  name: string,
  work: (tx: E, step: StepContext) => unknown,
): NonNullable<StepJob['transaction']> {
  // Which engine it is, is known at run time only: the user says it, or asks the transaction.
  if (typeof work === 'function') return work as unknown as NonNullable<StepJob['transaction']>
  throw new RuntimeError(
    'INVALID_DEFINITION',
    `ctx.transaction('${String(name)}') needs a function as its second argument.`,
  )
}

/** An outcome, recorded before or just now. */
type Settled = Pick<Recorded, 'ok' | 'payload'>

function unwrap(family: Family, taken: TakenName, settled: Settled): Json {
  if (settled.ok) return settled.payload
  if (family === 'step') throw new StepFailedError(taken.full, settled.payload as unknown as ErrorRecord)
  throw new RuntimeError('SIGNAL_TIMEOUT', `No signal '${taken.full}' came within its timeout.`)
}

/** Names of branches: keys must differ, so that each finds its own steps again. */
function branchNames<T>(
  items: readonly T[],
  key: ((item: T, index: number) => string) | undefined,
): string[] {
  if (key === undefined) return items.map((_item, index) => String(index))
  const names = items.map(key)
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) {
      throw new RuntimeError(
        'AMBIGUOUS_STEP',
        `Two items of ctx.map have the key '${name}'. Return a different key for each, or leave 'key' out.`,
      )
    }
    seen.add(name)
  }
  return names
}
