import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** A program of this folder in a process of its own. */
export interface Program {
  /** The lines that it has printed so far. */
  readonly lines: readonly string[]
  /** Resolves once it printed this many lines, or ended. */
  printed(count: number): Promise<void>
  /** Ends it as a power cut would: no handler runs. */
  kill(): void
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
}

/** Starts `name`.ts of this folder with one JSON argument. */
export function start(name: string, argument: unknown): Program {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let rest = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  return {
    lines,
    ended,
    kill: () => void child.kill('SIGKILL'),
    async printed(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child.stdout, 'data'), ended])
      }
    },
  }
}

/** In a program: its argument. */
export const argument = <T>(): T => JSON.parse(process.argv[2] ?? 'null') as T
