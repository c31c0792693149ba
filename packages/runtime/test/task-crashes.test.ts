import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { journalOf, start, storeFile } from './harness.ts'

const file = fileURLToPath(new URL('./children/do-tasks.ts', import.meta.url))
const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const

/** Lets a process work on the queue, and kills it in the middle of the `begins`th task, or when nothing is left to do. */
async function workAndDie(path: string, begins: number): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', file, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let began = 0
  let idle = setTimeout(() => child.kill('SIGKILL'), 8_000)
  child.stdout.on('data', (chunk: Buffer) => {
    began += String(chunk).split('\n').length - 1
    clearTimeout(idle)
    idle = setTimeout(() => child.kill('SIGKILL'), 1_500)
    if (began >= begins) child.kill('SIGKILL')
  })
  await ended
  clearTimeout(idle)
}

it('the queue loses no task and records each once, whoever is killed', { timeout: 120_000 }, async () => {
  const path = storeFile()
  const runtime = await start({ stateStore: { path }, taskConcurrency: 0 })
  const inputs = Array.from({ length: 40 }, (_, number) => number)
  const tasks = await Promise.all(
    inputs.map((input) =>
      runtime.submitTask('doubler', input, { priority: PRIORITIES[input % 4] ?? 'normal' }),
    ),
  )
  const left = async () => {
    const { queued, running } = await runtime.queueStatus()
    return queued + running
  }
  let deaths = 0
  for (; (await left()) > 0 && deaths < 40; deaths++) await workAndDie(path, 12)
  expect(deaths).toBeGreaterThan(2)
  const outputs = await Promise.all(tasks.map(async (task) => (await task.result()).output))
  expect(outputs).toEqual(inputs.map((input) => input * 2))
  for (const { taskId } of tasks) {
    const journal = await journalOf(runtime, taskId)
    expect(journal.filter((entry) => entry !== 'resumed')).toEqual([
      'started',
      'step_completed run',
      'completed',
    ])
  }
  // What a team sees of them in SQL.
  const rows = new DatabaseSync(path, { readOnly: true })
    .prepare(
      "select run_id, status, output from tasks where agent = 'doubler' and step = 'run' order by run_id",
    )
    .all()
  const expected = tasks.map(({ taskId }, n) => ({
    run_id: taskId,
    status: 'completed',
    output: String(n * 2),
  }))
  expect(rows.map((row) => ({ ...row }))).toEqual(expected.toSorted((a, b) => (a.run_id < b.run_id ? -1 : 1)))
})
