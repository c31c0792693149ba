// A process of its own that runs one command, and ends it once its standard input ends. It goes when the command goes.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import type { KeptCommand, KeptPid } from './keep-process.ts'
import { aborted, answer, keeperRequest, unwanted } from './keeping.ts'

/** How long a server may take to end in order. */
const PATIENCE_MS = 5_000

const { command, args, env = {}, folder } = keeperRequest<KeptCommand>()
const gone = unwanted()

const child = spawn(command, args, {
  env: { ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }), ...env },
  stdio: ['ignore', 'pipe', 'pipe'],
})
const ended = once(child, 'exit')

let said = ''
for (const stream of [child.stdout, child.stderr])
  stream.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-3_000)
  })

try {
  await once(child, 'spawn')
  answer({ pid: child.pid! } satisfies KeptPid)
  await Promise.race([ended, aborted(gone)])
  if (gone.aborted) await end()
  if (gone.aborted && folder !== undefined) await rm(folder, { recursive: true, force: true })
} catch (cause) {
  answer({ failed: `${command} did not start: ${cause instanceof Error ? cause.message : String(cause)}` })
}
process.stderr.write(`${said}\n`, () => process.exit(0))

async function end(): Promise<void> {
  child.kill('SIGTERM')
  await Promise.race([ended, setTimeout(PATIENCE_MS)])
  child.kill('SIGKILL')
  await ended
}
