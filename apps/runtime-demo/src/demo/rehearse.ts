import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRuntime, type Runtime } from '@pawl/runtime'
import { openStateStore, type StateStore } from '@pawl/state-store'
import type { DemoArguments } from './arguments.ts'
import { Crew, type News } from './crew.ts'
import { chooseStore, removeOldStores, type StoreConfig } from './demo-store.ts'
import { goBackAndResume } from './going-back.ts'
import { checkOrders, type Product, startOrder, type WorkflowName, workflows } from './order.ts'
import type { Screen } from './screen.ts'
import { ShownRun } from './shown-run.ts'
import { type Summary, stepRows, summarize, table } from './summary.ts'

/** The victim is killed when this many of its six steps are recorded. */
const KILL_AFTER_STEPS = 2

/** What the demo came to. */
export interface Rehearsal {
  /** Where the journals are, without user or password. */
  readonly store: string
  readonly workflows: readonly Summary[]
}

/**
 * One demo: starts the runs, lets workers do them and one of them die, takes one run back, and shows all of it. This
 * process only starts and watches; the workers share nothing with it but the store.
 *
 * Throws what is wrong with the folders that were named, before anything is started; what opening a store throws; and
 * `DEMO_WORKER_ENDED`.
 */
export async function rehearse(wanted: DemoArguments, screen: Screen): Promise<Rehearsal> {
  await checkOrders(wanted.orders)
  const folder = join(wanted.home, 'demo')
  await mkdir(folder, { recursive: true })
  await removeOldStores(folder, process.pid)
  const config = chooseStore(folder, process.env, process.pid)
  await using store = await openStateStore({ ...config, log: (line) => screen.line(line, 'dim') })
  await using runtime = createRuntime({
    workflows: Object.values(workflows),
    stateStore: store,
    concurrency: 0,
  })
  await runtime.initialize()
  const runs = await startAll(wanted, runtime, store, screen)
  await using crew = new Crew((news) => showNews(news, runs, screen))
  hireAll(wanted, config, crew, (name, successor) => {
    const text = `${name} was killed (SIGKILL); ${successor} takes over when its lease has run out`
    void runs.find(({ order }) => order.workflow === wanted.victim)?.sayInOrder(text, store)
  })
  await Promise.race([crew.failure, Promise.all(runs.map((one) => perform(one, wanted, runtime)))])
  const summaries: Summary[] = []
  for (const shown of runs) summaries.push(await conclude(shown, store, screen))
  return { store: `${store.engine} ${store.location}`, workflows: summaries }
}

async function startAll(
  { orders, home }: DemoArguments,
  runtime: Runtime,
  store: StateStore,
  screen: Screen,
): Promise<ShownRun[]> {
  const at = new Date(await store.now()).toISOString()
  const runs: ShownRun[] = []
  for (const order of orders) {
    const handle = await startOrder(runtime, order, { reports: join(home, 'reports'), at })
    runs.push(new ShownRun(runtime, order, handle, screen))
  }
  return runs
}

/** The victim works alone on its workflow, so that its death is that of one run; another takes over from it. */
function hireAll(
  { orders, victim }: DemoArguments,
  store: StoreConfig,
  crew: Crew,
  onDeath: (name: string, successor: string) => void,
): void {
  const others = orders.map(({ workflow }) => workflow).filter((workflow) => workflow !== victim)
  let hired = 0
  const nextName = () => {
    hired += 1
    return `worker-${hired}`
  }
  if (victim !== undefined) {
    const taken: readonly WorkflowName[] = [victim]
    const name = nextName()
    crew.hire({ name, store, workflows: taken, dieAfterSteps: KILL_AFTER_STEPS }, () => {
      const successor = nextName()
      crew.hire({ name: successor, store, workflows: taken })
      onDeath(name, successor)
    })
  }
  if (others.length > 0) crew.hire({ name: nextName(), store, workflows: others })
}

/** Shows a run to its end; the one that is to be taken back, to its second end. */
async function perform(shown: ShownRun, { rolledBack }: DemoArguments, runtime: Runtime): Promise<void> {
  await shown.follow()
  if (shown.order.workflow !== rolledBack) return
  const { items } = await runtime.getStateHistory(shown.handle.runId, { kinds: ['completed'] })
  if (items.length > 0) await goBackAndResume(runtime, shown)
}

function showNews(news: News, runs: readonly ShownRun[], screen: Screen): void {
  const { worker, type, workflow, message } = news
  if (type === 'ready') screen.line(`${worker} is at work`, 'dim')
  else if (type === 'warning') screen.line(`${worker}: ${message}`, 'yellow')
  else runs.find(({ order }) => order.workflow === workflow)?.hear(news)
}

/** The table of a run's steps, and its reports. */
async function conclude({ handle, order }: ShownRun, store: StateStore, screen: Screen): Promise<Summary> {
  const { runId } = handle
  const journal = await store.journal({ runId })
  const run = await store.run(runId)
  const output = run?.status === 'completed' ? (await handle.result()).output : undefined
  const reports = ((output as Product | undefined)?.reports ?? []).map(({ path }) => path)
  const summary = summarize(
    { runId, type: order.workflow, status: run?.status ?? 'unknown' },
    journal,
    reports,
  )
  screen.line()
  screen.line(`${order.workflow}: ${summary.status}, run ${runId}`, 'bold')
  const rows = stepRows(journal).map((row) => [row.step, row.agent, row.fence, row.attempts, row.ms])
  for (const line of table(['step', 'agent', 'claim', 'attempts', 'ms'], rows)) screen.line(line)
  if (summary.resumedSteps > 0) {
    screen.line(
      `${summary.resumedSteps} steps were done before the kill and not again: the claim tells who did a step`,
      'dim',
    )
  }
  for (const path of reports) screen.line(`report: ${path}`, 'green')
  return summary
}
