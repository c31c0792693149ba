import {
  type ClaimRequest,
  type Commit,
  type Heartbeat,
  type InboxMessage,
  type NewRun,
  type StateStore,
  StateStoreError,
} from '@pawl/state-store'
import { ForwardingStore } from './forwarding-store.ts'
import type { Machine } from './machine.ts'
import { through } from './through.ts'

const never = <T>(): Promise<T> => new Promise(() => {})

/** What other processes may notice. */
const WRITES: ReadonlySet<string> = new Set([
  'open',
  'release',
  'commit',
  'send',
  'rollback',
  'resume',
  'fork',
  'unpark',
])

/** Calls that are not the same call when they are made again. */
const isRepeatable = (method: string, [request]: readonly unknown[]): boolean =>
  (method !== 'write' && method !== 'remove') || (request as { readonly id?: unknown }).id !== undefined

const busy = (what: string): StateStoreError =>
  new StateStoreError('STORE_BUSY', `The simulation says: ${what}.`, { retriable: true })

/** The store as one process sees it: answers come late, twice or never, and the process may die at each call. */
export class FaultyStore extends ForwardingStore {
  override readonly cells
  override readonly agents
  readonly #process: Machine

  constructor(next: StateStore, process: Machine) {
    super(next)
    this.#process = process
    const faulty =
      (part: string) => (method: string, given: readonly unknown[], call: () => Promise<unknown>) =>
        this.#call(`${part}.${method}`, '', call, isRepeatable(method, given))
    this.cells = through(next.cells, faulty('cells'))
    this.agents = through(next.agents, faulty('agents'))
  }

  override async open(run: NewRun) {
    const opened = await this.#call('open', short(run.runId ?? ''), () => super.open(run))
    if (opened.fence !== null) this.#process.given(opened.runId, opened.fence)
    return opened
  }
  override async heartbeat(heartbeat: Heartbeat) {
    const beat = await this.#call('heartbeat', '', () => super.heartbeat(heartbeat))
    for (const { runId, fence } of beat.held) this.#process.given(runId, fence)
    return beat
  }
  override async claim(request: ClaimRequest) {
    const claimed = await this.#call('claim', '', () => super.claim(request))
    for (const { runId, fence } of claimed) this.#process.given(runId, fence)
    return claimed
  }
  override release(worker: string) {
    return this.#call('release', '', () => super.release(worker))
  }
  override commit(commit: Commit) {
    const { runId, fence, version, entries, next } = commit
    const kinds = entries.map(({ kind, step }) => `${kind}:${step ?? ''}`).join(',')
    const detail = `${short(runId)} ${fence} ${version} ${kinds} ${next?.status ?? ''}`
    return this.#call('commit', detail, () => super.commit(commit))
  }
  override send(message: InboxMessage) {
    // Without an id of the caller's the same message twice is two messages.
    const detail = `${short(message.runId)} ${message.kind} ${message.name}`
    return this.#call('send', detail, () => super.send(message), message.id !== undefined)
  }
  override inbox(runId: string, after?: number) {
    return this.#call('inbox', `${short(runId)} ${after}`, () => super.inbox(runId, after))
  }
  override rollback(request: Parameters<StateStore['rollback']>[0]) {
    const detail = `${short(request.runId)} ${request.version}`
    return this.#call('rollback', detail, () => super.rollback(request), false)
  }
  override resume(request: Parameters<StateStore['resume']>[0]) {
    return this.#call('resume', short(request.runId), () => super.resume(request), false)
  }
  override fork(request: Parameters<StateStore['fork']>[0]) {
    return this.#call('fork', `${short(request.runId)} ${request.version}`, () => super.fork(request))
  }
  override unpark(request: Parameters<StateStore['unpark']>[0]) {
    return this.#call('unpark', request.waitsFor, () => super.unpark(request))
  }
  override run(runId: string) {
    return this.#call('run', short(runId), () => super.run(runId))
  }
  override entries(...args: Parameters<StateStore['entries']>) {
    return this.#call('entries', short(args[0]), () => super.entries(...args))
  }
  override journal(at: Parameters<StateStore['journal']>[0]) {
    return this.#call('journal', short(at.runId), () => super.journal(at))
  }
  override unsent(request: Parameters<StateStore['unsent']>[0]) {
    return this.#call('unsent', '', () => super.unsent(request))
  }
  override confirm(request: Parameters<StateStore['confirm']>[0]): void {
    const { fates } = this.#process.simulation
    const fate = fates.draw('confirm')
    const late = () => super.confirm(request)
    if (!this.#process.alive || fate.kind === 'busy' || fate.kind === 'silent') return
    if (fate.kind === 'crash-before') {
      this.#process.crash('before confirm')
      return
    }
    if (fate.thereMs === 0) late()
    else this.#process.later(late, fate.thereMs)
    if (fate.kind === 'twice') this.#process.later(late, fate.backMs)
    if (fate.kind === 'crash-after') this.#process.crash('after confirm')
  }
  override watch(listener: () => void) {
    return this.#process.simulation.listen(this.#process, listener)
  }

  async #call<T>(op: string, detail: string, send: () => Promise<T>, repeatable = true): Promise<T> {
    const process = this.#process
    const { simulation } = process
    if (!process.alive) return never()
    const fate = simulation.fates.draw(op)
    simulation.trace(`${process.id} ${op} ${detail} ${fate.kind}`)
    if (fate.kind === 'crash-before') {
      process.crash(`before ${op}`)
      return never()
    }
    if (fate.freezeMs > 0) process.freeze(fate.freezeMs)
    await process.pause(fate.thereMs)
    if (fate.kind === 'busy') {
      simulation.count('busy answers')
      throw busy('busy')
    }
    let answer = await settle(send())
    if (WRITES.has(op)) simulation.wrote(process)
    if (fate.kind === 'twice' && repeatable) {
      simulation.count('calls applied twice')
      answer = await settle(send())
    }
    if (fate.kind === 'crash-after') {
      process.crash(`after ${op}`)
      return never()
    }
    if (fate.kind === 'silent') {
      simulation.count('answers that never came')
      simulation.later(() => process.crash(`waiting for ${op}`), 1_000 + 4 * fate.backMs)
      return never()
    }
    await process.pause(fate.backMs)
    simulation.trace(`${process.id} ${op} ${detail} -> ${brief(answer)}`)
    if (fate.kind === 'lost') {
      simulation.count('answers lost')
      throw busy('the answer was lost')
    }
    if ('error' in answer) throw answer.error
    return answer.value
  }
}

type Settled<T> = { readonly value: T } | { readonly error: unknown }

const settle = <T>(answer: Promise<T>): Promise<Settled<T>> =>
  answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )

/** The end of an id tells runs apart. */
const short = (id: string): string => id.slice(-4)

/** What the trace keeps of an answer: nothing that differs between two runs of a seed. */
function brief(answer: Settled<unknown>): string {
  if ('error' in answer) return String((answer.error as { code?: string }).code)
  const { ok, reason, version, length } = (answer.value ?? {}) as { [key: string]: unknown }
  return [ok, reason, version, length].filter((part) => part !== undefined).join(' ')
}
