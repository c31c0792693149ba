import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Failed } from './keeping.ts'

/** A process beside this one that holds something open, and lets it go when this process ends, however it ends. */
export interface Keeper<Answer> {
  readonly answer: Answer
  /** Resolves once the keeper is gone, with the last it had to say. */
  readonly ended: Promise<string>
  /** Waits for that end, and holds up the end of this process meanwhile. */
  gone(): Promise<string>
  /** Asks the keeper to let go, and waits until it is gone. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts a keeper program, which reads its request with `keeperRequest` and answers with `answer`. Rejects with the
 * reason that it gives, or with what it said when it ends without an answer.
 */
export async function startKeeper<Answer extends object>(
  program: URL,
  request: object,
): Promise<Keeper<Answer>> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', fileURLToPath(program), JSON.stringify(request)],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const said = lastWords(child)
  const ended = new Promise<string>((resolve) => child.once('exit', () => resolve(said())))
  const answer = await answerOf<Answer>(child, said)
  release(child)
  const gone = () => {
    child.ref()
    return ended
  }
  return {
    answer,
    ended,
    gone,
    stop: async () => {
      child.stdin?.end()
      await gone()
    },
  }
}

function answerOf<Answer extends object>(child: ChildProcess, said: () => string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let heard = ''
    child.stdout?.on('data', (chunk) => {
      heard += String(chunk)
      const [line, rest] = heard.split('\n')
      if (line === undefined || rest === undefined) return
      const message = JSON.parse(line) as Answer | Failed
      if ('failed' in message) reject(new Error(message.failed))
      else resolve(message)
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`The keeper ended with code ${code} before it was ready.\n${said()}`)),
    )
  })
}

function lastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.on('data', (chunk) => {
    words = (words + String(chunk)).slice(-4_000)
  })
  return () => words
}

/** So that a keeper which nobody stopped does not hold up the end of this process. */
function release(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as { unref?(): void }).unref?.()
}
