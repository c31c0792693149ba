import type { ClaimRequest, Commit, Heartbeat, InboxMessage, NewRun, StateStore } from '@pawl/state-store'
import { ForwardingStore } from './forwarding-store.ts'
import { through } from './through.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A store whose clock is the virtual one: it is set before the first call after time has passed. */
export class ClockedStore extends ForwardingStore {
  override readonly cells
  override readonly agents
  readonly #time: VirtualTime
  #at = Number.NaN
  #setting: Promise<void> = Promise.resolve()

  constructor(next: StateStore, time: VirtualTime) {
    super(next)
    this.#time = time
    const clocked = (_method: string, _given: readonly unknown[], call: () => Promise<unknown>) =>
      this.#now(call)
    this.cells = through(next.cells, clocked)
    this.agents = through(next.agents, clocked)
  }

  override open(run: NewRun) {
    return this.#now(() => super.open(run))
  }
  override heartbeat(heartbeat: Heartbeat) {
    return this.#now(() => super.heartbeat(heartbeat))
  }
  override claim(request: ClaimRequest) {
    return this.#now(() => super.claim(request))
  }
  override release(worker: string) {
    return this.#now(() => super.release(worker))
  }
  override commit(commit: Commit) {
    return this.#now(() => super.commit(commit))
  }
  override send(message: InboxMessage) {
    return this.#now(() => super.send(message))
  }
  override rollback(request: Parameters<StateStore['rollback']>[0]) {
    return this.#now(() => super.rollback(request))
  }
  override resume(request: Parameters<StateStore['resume']>[0]) {
    return this.#now(() => super.resume(request))
  }
  override fork(request: Parameters<StateStore['fork']>[0]) {
    return this.#now(() => super.fork(request))
  }
  override unpark(request: Parameters<StateStore['unpark']>[0]) {
    return this.#now(() => super.unpark(request))
  }
  override unsent(request: Parameters<StateStore['unsent']>[0]) {
    return this.#now(() => super.unsent(request))
  }
  override now() {
    return this.#now(() => super.now())
  }

  async #now<T>(call: () => Promise<T>): Promise<T> {
    if (this.#at !== this.#time.now) {
      this.#at = this.#time.now
      this.#setting = this.setTestClock(this.#at)
    }
    await this.#setting
    return call()
  }
}
