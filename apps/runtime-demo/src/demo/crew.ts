import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from './worker-options.ts'

/** What a worker says to the demo. */
export interface News {
  readonly worker: string
  readonly type: 'ready' | 'started' | 'log' | 'warning'
  readonly workflow?: string
  readonly step?: string | null
  readonly message?: string
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** A worker ended that nobody told to. */
class WorkerEndedError extends Error {
  readonly code = 'DEMO_WORKER_ENDED'

  constructor(name: string, how: string, said: string) {
    super(`${name} ended (${how}) before its work was done${said === '' ? '.' : `: ${said}`}`)
  }
}

/** The worker processes of one demo. They are given this process's environment. */
export class Crew implements AsyncDisposable {
  readonly #children = new Set<ChildProcess>()
  readonly #onNews: (news: News) => void
  readonly #failure = Promise.withResolvers<never>()
  #isLeaving = false

  constructor(onNews: (news: News) => void) {
    this.#onNews = onNews
    // Nobody may be waiting for it yet.
    this.#failure.promise.catch(() => {})
  }

  /** Rejects with `DEMO_WORKER_ENDED` once a worker ends that was neither told to nor meant to be killed. */
  get failure(): Promise<never> {
    return this.#failure.promise
  }

  /** Starts a worker. `onKilled` is called if it dies as it was told to by `dieAfterSteps`. */
  hire(options: WorkerOptions, onKilled: () => void = () => {}): void {
    const child = fork(WORKER, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#children.add(child)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2_000)
    })
    child.on('message', (news) => this.#onNews(news as News))
    child.once('close', (code, signal) => {
      this.#children.delete(child)
      if (this.#isLeaving) return
      if (signal === 'SIGKILL' && options.dieAfterSteps !== undefined) onKilled()
      else this.#failure.reject(new WorkerEndedError(options.name, String(signal ?? code), said.trim()))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true
    const exits = [...this.#children].map((child) => {
      child.kill('SIGTERM')
      return once(child, 'close')
    })
    await Promise.all(exits)
  }
}
