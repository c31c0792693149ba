import type { Fates } from './fates.ts'
import type { Program } from './program.ts'
import type { Random } from './random.ts'
import type { Service } from './services.ts'
import type { Owner, VirtualTime } from './virtual-time.ts'

/** What a machine knows of the world that one seed makes. */
export interface World {
  readonly time: VirtualTime
  readonly fates: Fates
  readonly shape: Random
  /** Contexts of traces. */
  readonly traces: Random
  readonly programs: readonly Program[]
  readonly services: readonly Service[]
  /** Runs whose fragile steps work by now. */
  readonly mended: ReadonlySet<string>
  trace(line: string): void
  count(what: string): void
  uuid(): string
  /** A step's function was called. */
  began(machine: Machine, runId: string, step: string): void
  /** Tells the others that something was written. */
  wrote(writer: Machine): void
  /** Happens after a while, whoever lives by then. */
  later(fn: () => void, ms: number): void
  listen(machine: Machine, listener: () => void): () => void
}

/** What a process runs on: it can freeze, and die; dead, it touches nothing any more. */
export class Machine implements Owner {
  readonly id: string
  readonly simulation: World
  /** Resolves when it dies. */
  readonly died: Promise<void>
  alive = true
  frozenUntil = 0
  readonly #fences = new Map<string, number>()
  #resolveDied: () => void = () => {}

  constructor(simulation: World, id: string) {
    this.id = id
    this.simulation = simulation
    this.died = new Promise((resolve) => {
      this.#resolveDied = resolve
    })
  }

  crash(why: string): void {
    if (!this.alive) return
    this.alive = false
    this.simulation.trace(`${this.id} dies ${why}`)
    this.simulation.count(`crashes ${why}`)
    this.simulation.count('crashes')
    this.#resolveDied()
  }

  freeze(ms: number): void {
    this.simulation.trace(`${this.id} freezes`)
    this.simulation.count('freezes')
    this.frozenUntil = Math.max(this.frozenUntil, this.simulation.time.now + ms)
  }

  /** Resolves after a while, and not while the process is frozen; never once it died. */
  pause(ms: number): Promise<void> {
    const { time } = this.simulation
    if (!this.alive) return new Promise(() => {})
    return ms === 0 && this.frozenUntil <= time.now ? Promise.resolve() : time.sleep(this, ms)
  }

  later(fn: () => void, ms: number): void {
    this.simulation.time.setTimer(this, fn, ms)
  }

  /** The process learned that it holds a run. */
  given(runId: string, fence: number): void {
    this.#fences.set(runId, Math.max(fence, this.#fences.get(runId) ?? 0))
  }

  fenceOf(runId: string): number | undefined {
    return this.#fences.get(runId)
  }
}
