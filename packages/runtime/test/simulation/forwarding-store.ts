import type {
  ClaimRequest,
  Commit,
  EntryFilter,
  Heartbeat,
  InboxMessage,
  NewRun,
  RunFilter,
  StateStore,
} from '@pawl/state-store'

type At = Parameters<StateStore['journal']>[0]

/** A store port that passes everything on; decorators change what they are about. */
export class ForwardingStore implements StateStore {
  readonly engine
  readonly namespace
  readonly location
  readonly cells
  readonly agents
  readonly schedules
  protected readonly next: StateStore

  constructor(next: StateStore) {
    this.next = next
    this.engine = next.engine
    this.namespace = next.namespace
    this.location = next.location
    this.cells = next.cells
    this.agents = next.agents
    this.schedules = next.schedules
  }

  get output() {
    return this.next.output
  }

  get telemetry() {
    return this.next.telemetry
  }

  open(run: NewRun) {
    return this.next.open(run)
  }
  heartbeat(heartbeat: Heartbeat) {
    return this.next.heartbeat(heartbeat)
  }
  claim(request: ClaimRequest) {
    return this.next.claim(request)
  }
  release(worker: string) {
    return this.next.release(worker)
  }
  commit(commit: Commit) {
    return this.next.commit(commit)
  }
  transact(...given: Parameters<StateStore['transact']>) {
    return this.next.transact(...given)
  }
  send(message: InboxMessage) {
    return this.next.send(message)
  }
  inbox(runId: string, after?: number) {
    return this.next.inbox(runId, after)
  }
  rollback(request: Parameters<StateStore['rollback']>[0]) {
    return this.next.rollback(request)
  }
  resume(request: Parameters<StateStore['resume']>[0]) {
    return this.next.resume(request)
  }
  fork(request: Parameters<StateStore['fork']>[0]) {
    return this.next.fork(request)
  }
  run(runId: string) {
    return this.next.run(runId)
  }
  runs(filter?: RunFilter) {
    return this.next.runs(filter)
  }
  entries(runId: string, filter?: EntryFilter) {
    return this.next.entries(runId, filter)
  }
  journal(at: At) {
    return this.next.journal(at)
  }
  stateAt(at: At) {
    return this.next.stateAt(at)
  }
  diff(from: At, to: At) {
    return this.next.diff(from, to)
  }
  unsent(request: Parameters<StateStore['unsent']>[0]) {
    return this.next.unsent(request)
  }
  confirm(request: Parameters<StateStore['confirm']>[0]): void {
    this.next.confirm(request)
  }
  timers(filter?: Parameters<StateStore['timers']>[0]) {
    return this.next.timers(filter)
  }
  parked() {
    return this.next.parked()
  }
  unpark(request: Parameters<StateStore['unpark']>[0]) {
    return this.next.unpark(request)
  }
  backlog(filter?: Parameters<StateStore['backlog']>[0]) {
    return this.next.backlog(filter)
  }
  metrics(...given: Parameters<StateStore['metrics']>) {
    return this.next.metrics(...given)
  }
  prune(retention: Parameters<StateStore['prune']>[0]) {
    return this.next.prune(retention)
  }
  compact(runId: string) {
    return this.next.compact(runId)
  }
  sizes() {
    return this.next.sizes()
  }
  watch(listener: () => void) {
    return this.next.watch(listener)
  }
  now() {
    return this.next.now()
  }
  setTestClock(now: number | null) {
    return this.next.setTestClock(now)
  }
  close() {
    return this.next.close()
  }
  [Symbol.asyncDispose]() {
    return this.next[Symbol.asyncDispose]()
  }
}
