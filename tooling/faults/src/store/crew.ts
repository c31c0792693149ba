import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Orders } from './worker.ts'

export interface Member {
  readonly name: string
  readonly child: ChildProcess
  /** Set once it stopped by itself, which it never should. */
  complaint: string | undefined
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** The workers of one round, as processes. */
export class Crew implements AsyncDisposable {
  readonly #orders: Omit<Orders, 'worker'>
  readonly #all: Member[] = []
  readonly #killed = new Set<Member>()

  constructor(orders: Omit<Orders, 'worker'>) {
    this.#orders = orders
  }

  get living(): readonly Member[] {
    return this.#all.filter((member) => !this.#killed.has(member))
  }

  /** What went wrong in workers that stopped by themselves. */
  get complaints(): readonly string[] {
    return this.#all.flatMap(({ complaint }) => complaint ?? [])
  }

  /** Starts one more worker; resolves once it works. */
  async hire(): Promise<void> {
    const name = `worker-${this.#all.length + 1}`
    const child = fork(WORKER, [JSON.stringify({ ...this.#orders, worker: name } satisfies Orders)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const member: Member = { name, child, complaint: undefined }
    this.#all.push(member)
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-2_000)
    })
    const gone = once(child, 'close').then(() => {
      if (!this.#killed.has(member)) member.complaint = `${name} stopped by itself: ${said}`
    })
    await Promise.race([once(child, 'message'), gone])
  }

  async kill(member: Member): Promise<void> {
    this.#killed.add(member)
    if (member.child.exitCode !== null || member.child.signalCode !== null) return
    const gone = once(member.child, 'exit')
    member.child.kill('SIGKILL')
    await gone
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.living.map((member) => this.kill(member)))
  }
}
