import { createRuntime, type Runtime, type RuntimeOptions, workflow } from '@pawl/runtime'
import type { StateStore } from '@pawl/state-store'
import { awaited, type Engine, OUTPUT, STEPS } from './engine.ts'

const tenSteps = workflow('ten-steps', async (ctx, input: { n: number }) => {
  for (let step = 0; step < STEPS; step++) await ctx.step(`step ${step}`, () => OUTPUT)
  return input.n
})

/** The whole runtime: events, messages and metadata on, as it comes. */
export async function openOurs(stateStore: NonNullable<RuntimeOptions['stateStore']>): Promise<Engine> {
  const runtime = createRuntime({ workflows: [tenSteps], stateStore })
  await runtime.initialize()
  return awaited(
    'pawl',
    (n) => runtime.executeWorkflow(tenSteps, { n }),
    () => runtime.shutdown(),
  )
}

/** The floor: our bare store with the same commits, judged and fenced, and nothing around them. */
export function bareStore(store: StateStore): Engine {
  const claimFor = { worker: 'bench', leaseMs: 600_000 }
  return awaited('bare store', run, () => store.close())

  async function run(n: number): Promise<void> {
    const { runId, fence } = await store.open({ type: 'bare', input: { n }, claimFor })
    const base = { runId, worker: 'bench', fence: fence ?? 0 }
    for (let step = 0; step < STEPS; step++) {
      const meta = { attempts: 1, durationMs: 1 }
      const entry = { kind: 'step_completed', step: `step ${step}`, payload: OUTPUT, meta } as const
      await store.commit({ ...base, version: step + 2, entries: [entry] })
    }
    const entries = [{ kind: 'completed', payload: n }] as const
    await store.commit({ ...base, version: STEPS + 2, entries, next: { status: 'completed' } })
  }
}

/** A chain of ten steps as a graph: its last step and the run's end are one commit. */
const tenStepGraph = Array.from({ length: STEPS }, (_one, step) => step).reduce(
  (graph, step) =>
    graph.step(`step ${step}`, {
      after: (step === 0 ? [] : [`step ${step - 1}`]) as never[],
      run: () => OUTPUT,
    }) as never,
  workflow('ten-step-graph').output(() => null),
)

const COUNTED_RUNS = 50

/** Calls of the store's methods for each step, one run at a time. */
export async function callsPerStep(
  open: () => Promise<StateStore>,
): Promise<{ readonly graph: number; readonly code: number }> {
  await using store = await open()
  let calls = 0
  const counted = new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...values: unknown[]) => {
        // A confirmation travels with a later commit; watching and the clock of tests are no calls.
        if (!QUIET.has(name)) calls += 1
        return Reflect.apply(member, target, values)
      }
    },
  })
  await using runtime = createRuntime({ workflows: [tenSteps, tenStepGraph], stateStore: counted })
  await runtime.initialize()
  const perStep = async (run: (runtime: Runtime) => Promise<unknown>): Promise<number> => {
    calls = 0
    for (let n = 0; n < COUNTED_RUNS; n++) await run(runtime)
    return calls / (COUNTED_RUNS * STEPS)
  }
  return {
    code: await perStep((engine) => engine.executeWorkflow(tenSteps, { n: 1 })),
    graph: await perStep((engine) => engine.executeWorkflow(tenStepGraph, {})),
  }
}

const QUIET: ReadonlySet<string | symbol> = new Set(['confirm', 'watch', Symbol.asyncDispose])
