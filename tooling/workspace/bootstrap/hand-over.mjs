import { spawn } from 'node:child_process'

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending */

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Runs a command in this terminal and waits for its end. The command gets this process's input, output and
 * signals, as if it had been started instead of it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Ending>}
 */
export function handOver(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' })
    // A terminal sends Ctrl-C to the whole foreground group, so the child already has it: sent again, it would
    // look like the user's second, impatient Ctrl-C.
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const forward = forwarded.map((signal) => /** @type {const} */ ([signal, () => pass(signal)]))
    for (const [signal, listener] of forward) process.on(signal, listener)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const [name, listener] of forward) process.off(name, listener)
      resolve({ code, signal })
    })
  })
}

/**
 * Ends this process the way the child ended, so that a shell or CI sees the same exit code or signal.
 *
 * @param {Ending} ending
 */
export function leaveLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code ?? 1
}
