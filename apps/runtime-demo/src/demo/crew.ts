import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from './worker-options.ts'

/** What a worker says to the demo. */
export interface News {
  readonly worker: string
  readonly type: 'ready' | 'started' | 'log' | 'warning'
  readonly step?: string | null
  readonly message?: string
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** The worker processes of one demo. */
export class Crew implements AsyncDisposable {
  readonly #children = new Set<ChildProcess>()
  readonly #onNews: (news: News) => void

  constructor(onNews: (news: News) => void) {
    this.#onNews = onNews
  }

  /** Starts a worker; resolves with a promise of the signal or code that it ends with. */
  hire(options: WorkerOptions): { readonly ended: Promise<string> } {
    const child = fork(WORKER, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#children.add(child)
    child.on('message', (news) => this.#onNews(news as News))
    const ended = once(child, 'exit').then(([code, signal]) => {
      this.#children.delete(child)
      return String(signal ?? code)
    })
    return { ended }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exits = [...this.#children].map((child) => {
      child.kill('SIGTERM')
      return once(child, 'exit')
    })
    await Promise.all(exits)
  }
}
