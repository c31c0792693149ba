import { spawn } from 'node:child_process'
import { root } from './workspace.ts'

/** How a command ended, and all that it printed on either stream, in order. */
export type Outcome = { ok: boolean; output: string }

/** Where a command runs (the root of the workspace unless given), what is added to its environment, and for how long. */
export type CommandOptions = { cwd?: string; env?: Record<string, string>; timeoutMs?: number }

/**
 * Runs a command and keeps its output. A command that outlives `timeoutMs` is killed, which counts as failed.
 *
 * @param command A program on the PATH; the workspace's own tools come first there.
 */
export function capture(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      timeout: options.timeoutMs ?? 0,
      killSignal: 'SIGKILL',
    })
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const ending = signal
        ? `\n(ended by ${signal}${options.timeoutMs ? `; it had ${options.timeoutMs} ms` : ''})`
        : ''
      resolve({ ok: code === 0, output: output.trimEnd() + ending })
    })
  })
}

/** Like {@link capture}, for a command that has to succeed: throws with the command and its output otherwise. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { ok, output } = await capture(command, args, options)
  if (!ok) throw new Error(`${[command, ...args].join(' ')} failed:\n${output}`)
  return output
}
