import { importPeer } from '../peers.ts'
import { type Engine, OUTPUT, STEPS } from './engine.ts'

interface Worker {
  start(): Promise<void>
  stop(): Promise<void>
}

/** What we use of OpenWorkflow. */
interface OpenWorkflowModule {
  readonly OpenWorkflow: new (options: {
    backend: unknown
  }) => {
    defineWorkflow<I>(
      spec: { name: string },
      run: (context: {
        input: I
        step: { run<T>(spec: { name: string }, fn: () => T): Promise<T> }
      }) => Promise<unknown>,
    ): { run(input: I): Promise<unknown> }
    newWorker(options: { concurrency: number }): Worker
  }
}

interface Backend {
  stop(): Promise<void>
}

/** Runs that are queued for a second of work; it is given about as many as it can do in the time. */
const RUNS_A_SECOND = { alone: 15, atOnce: 400 }

/** OpenWorkflow 0.10 on its SQLite backend. */
export async function openWorkflowOnSqlite(path: string): Promise<Engine> {
  const { BackendSqlite } = await importPeer<{ BackendSqlite: { connect(path: string): Backend } }>(
    'openworkflow/sqlite',
  )
  return openWorkflow(BackendSqlite.connect(path))
}

/** OpenWorkflow 0.10 on Postgres. */
export async function openWorkflowOnPostgres(url: string): Promise<Engine> {
  const { BackendPostgres } = await importPeer<{
    BackendPostgres: { connect(url: string): Promise<Backend> }
  }>('openworkflow/postgres')
  return openWorkflow(await BackendPostgres.connect(url))
}

/**
 * The peer at its best: all runs are queued before its worker starts, and the time ends when the last workflow
 * function returns, so that neither its polling for work nor its polling for results is counted.
 */
async function openWorkflow(backend: Backend): Promise<Engine> {
  const { OpenWorkflow } = await importPeer<OpenWorkflowModule>('openworkflow')
  const engine = new OpenWorkflow({ backend })
  let left = 0
  let allDone = () => {}
  const tenSteps = engine.defineWorkflow<{ n: number }>({ name: 'ten-steps' }, async ({ input, step }) => {
    for (let index = 0; index < STEPS; index++) await step.run({ name: `step ${index}` }, () => OUTPUT)
    left -= 1
    if (left === 0) allDone()
    return input.n
  })
  return {
    name: 'openworkflow',
    async stepsPerSecond(atOnce, ms) {
      const runs = Math.ceil(((atOnce === 1 ? RUNS_A_SECOND.alone : RUNS_A_SECOND.atOnce) * ms) / 1_000)
      left = runs
      const done = new Promise<void>((resolve) => {
        allDone = resolve
      })
      for (let n = 0; n < runs; n++) await tenSteps.run({ n })
      const worker = engine.newWorker({ concurrency: atOnce })
      try {
        const began = performance.now()
        await worker.start()
        await done
        return (runs * STEPS * 1_000) / (performance.now() - began)
      } finally {
        await worker.stop()
      }
    },
    [Symbol.asyncDispose]: () => backend.stop(),
  }
}
