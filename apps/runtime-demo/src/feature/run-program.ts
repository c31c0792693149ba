import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended. */
export interface Ending {
  /** Its exit code, or `null` if it was killed. */
  readonly code: number | null
  /** What it printed on both streams, the beginning of it. */
  readonly output: string
  readonly isTimedOut: boolean
}

const MAX_OUTPUT = 256 * 1024

/** What a program needs to find its files; nothing secret: it is not ours. */
const PASSED_ON = /^(?:PATH|HOME|TMPDIR|TEMP|TMP|USERPROFILE|SYSTEMROOT|COMSPEC|PATHEXT|LANG|LC_\w+)$/i

/** A program may start others, which end with it. Windows has no groups to kill. */
function killAll(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Runs a program without a shell, a terminal or this process's secrets, and waits for its end. After `timeoutMs` it is
 * killed with all that it started; so it is when the signal fires, and then the signal's reason is thrown.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Ending> {
  const { cwd, timeoutMs, signal } = options
  signal.throwIfAborted()
  const kept = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name))
  const child = spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(kept), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  let output = ''
  let isTimedOut = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT) output += text
    })
  }
  const timer = setTimeout(() => {
    isTimedOut = true
    killAll(child)
  }, timeoutMs)
  const abort = () => killAll(child)
  signal.addEventListener('abort', abort, { once: true })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    signal.throwIfAborted()
    return { code, output, isTimedOut }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
