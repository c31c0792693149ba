import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRuntime, type Runtime, type WorkflowProgress } from '@pawl/runtime'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { securityAudit } from '../workflows/security-audit.ts'
import type { DemoArguments } from './arguments.ts'
import { Crew, type News } from './crew.ts'
import type { Screen } from './screen.ts'
import { type Summary, stepRows, summarize, table } from './summary.ts'

/** A follower of a run hears of another process's commits within this. */
const SHOWN_WITHIN_MS = 400

/** The first worker is killed when this many of the six steps are recorded. */
const KILL_AFTER_STEPS = 2

/**
 * One demo: starts a run, lets a worker begin it and die, lets another finish it, and shows all of it. This
 * process only starts and watches; the workers share nothing with it but the store's file.
 */
export async function rehearse(wanted: DemoArguments, screen: Screen): Promise<Summary> {
  const folder = join(wanted.home, 'demo')
  await mkdir(folder, { recursive: true })
  await using store = await openSqliteStore({ path: join(folder, `store-${process.pid}.db`) })
  await using runtime = createRuntime({ workflows: [securityAudit], stateStore: store, concurrency: 0 })
  await runtime.initialize()
  const handle = await runtime.startWorkflow(securityAudit, {
    path: wanted.path,
    reports: join(wanted.home, 'reports'),
    at: new Date(await store.now()).toISOString(),
  })
  screen.line(`security-audit of ${wanted.path}`, 'bold')
  screen.line(`run ${handle.runId}, journal in ${store.location}`, 'dim')

  await using crew = new Crew((news) => showNews(news, screen))
  const first = crew.hire({ name: 'worker-1', store: store.location, dieAfterSteps: KILL_AFTER_STEPS })
  void first.ended.then(async (how) => {
    if (how !== 'SIGKILL') return
    // What worker-1 committed is shown before its death.
    await sleep(SHOWN_WITHIN_MS)
    screen.line(`worker-1 was killed (${how}); worker-2 takes over when its lease has run out`, 'red')
    crew.hire({ name: 'worker-2', store: store.location })
  })
  await show(runtime, handle.runId, screen)

  const journal = await store.journal({ runId: handle.runId })
  const run = await store.run(handle.runId)
  const output = run?.status === 'completed' ? (await handle.result()).output : undefined
  screen.line()
  const rows = stepRows(journal).map((row) => [row.step, row.agent, row.fence, row.attempts, row.ms])
  for (const line of table(['step', 'agent', 'claim', 'attempts', 'ms'], rows)) screen.line(line)
  screen.line(
    'claim 1 was worker-1, until it was killed; claim 2 is worker-2, which did only the rest',
    'dim',
  )
  if (output !== undefined) {
    screen.line()
    screen.line(
      `findings: ${Object.entries(output.totals)
        .map(([level, count]) => `${count} ${level}`)
        .join(', ')}`,
    )
    for (const { path } of output.reports) screen.line(`report: ${path}`, 'green')
  }
  const reports = output === undefined ? [] : output.reports.map(({ path }) => path)
  return summarize(
    { runId: handle.runId, type: securityAudit.type, status: run?.status ?? 'unknown' },
    journal,
    reports,
  )
}

async function show(runtime: Runtime, runId: string, screen: Screen): Promise<void> {
  for await (const progress of runtime.followWorkflow(runId)) showProgress(progress, screen)
  screen.status('')
}

function showProgress({ type, step, agent, percent, data }: WorkflowProgress, screen: Screen): void {
  const done = percent === null ? '' : `${String(percent).padStart(3)}%`
  if (type === 'step_completed') screen.line(`${done}  ✔ ${step} (${agent})`, 'green')
  else if (type === 'step_failed') screen.line(`${done}  ✘ ${step}: ${messageOf(data)}`, 'red')
  else if (type === 'resumed') screen.line(`${done}  ↻ resumed: every finished step is kept`, 'yellow')
  else if (type === 'completed') screen.line('100%  completed', 'green')
  else if (type === 'failed') screen.line(`failed: ${messageOf(data)}`, 'red')
}

const messageOf = (data: unknown): string => String((data as { message?: unknown } | null)?.message ?? data)

function showNews({ worker, type, step, message }: News, screen: Screen): void {
  if (type === 'ready') screen.line(`      ${worker} is at work`, 'dim')
  else if (type === 'started') screen.status(`      ${worker}: ${step} …`)
  else if (type === 'warning') screen.line(`      ${worker}: ${message}`, 'yellow')
  else screen.status(`      ${worker}: ${message}`)
}
