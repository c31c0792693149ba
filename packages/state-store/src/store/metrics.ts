import type {
  AgentMetrics,
  Durations,
  Metrics,
  MetricsFilter,
  StepMetrics,
  WorkflowMetrics,
} from '../contract/metrics.ts'
import { DEFAULT_METRICS_MS } from '../contract/metrics.ts'
import type { MetricsOperation, MetricsPlace, RunCount, StepCount } from '../engine/metrics.ts'
import type { Access } from './access.ts'
import { checkText, checkTime } from './checks.ts'

/** Adds up the pieces that an engine counts; percentiles are of all of them. */
export async function readMetrics(engine: Access, filter: MetricsFilter): Promise<Metrics> {
  const operation = await operationOf(engine, filter)
  const sums = new Sums()
  let after: MetricsPlace | null = null
  do {
    const piece: { next: MetricsPlace | null; runs: readonly RunCount[]; steps: readonly StepCount[] } =
      await engine.read({ ...operation, after })
    for (const run of piece.runs) sums.addRun(run)
    for (const step of piece.steps) sums.addStep(step, operation.agent === null)
    after = piece.next
  } while (after !== null)
  return { since: operation.since, until: operation.until, ...sums.result() }
}

async function operationOf(engine: Access, filter: MetricsFilter): Promise<MetricsOperation> {
  const until = checkTime('until', filter.until)
  const since = checkTime('since', filter.since)
  // What was recorded in this very millisecond has happened.
  const end = until === null ? (await engine.read({ op: 'now' })) + 1 : bounded(until)
  return {
    op: 'metrics',
    since: since === null ? end - DEFAULT_METRICS_MS : bounded(since),
    until: end,
    type: filter.type === undefined ? null : checkText('type', filter.type),
    agent: filter.agent === undefined ? null : checkText('agent', filter.agent),
    after: null,
  }
}

const bounded = (time: number): number => Math.ceil(Math.min(Math.max(time, 0), Number.MAX_SAFE_INTEGER))

/** Durations with how often each was measured. */
class Measured {
  #count = 0
  #sum = 0
  readonly #counts = new Map<number, number>()

  add(durationMs: number | null, count: number): void {
    if (durationMs === null) return
    this.#count += count
    this.#sum += durationMs * count
    this.#counts.set(durationMs, (this.#counts.get(durationMs) ?? 0) + count)
  }

  durations(): Durations {
    const sorted = [...this.#counts].sort(([one], [other]) => one - other)
    /** The value at the nearest rank, ceil(n * share / 100), as in the views. */
    const percentile = (share: number): number | null => {
      const rank = Math.ceil((this.#count * share) / 100)
      let place = 0
      for (const [value, count] of sorted) {
        place += count
        if (place >= rank) return value
      }
      return null
    }
    return {
      mean: this.#count === 0 ? null : this.#sum / this.#count,
      p50: percentile(50),
      p95: percentile(95),
      p99: percentile(99),
      max: sorted.at(-1)?.[0] ?? null,
    }
  }
}

class Steps {
  readonly #measured = new Measured()
  #completed = 0
  #failed = 0
  #attempts = 0
  #tokens = 0

  add([, , completed, durationMs, count, attempts, tokens]: StepCount): void {
    if (completed) this.#completed += count
    else this.#failed += count
    this.#attempts += attempts
    this.#tokens += tokens
    this.#measured.add(durationMs, count)
  }

  result(): StepMetrics {
    const count = this.#completed + this.#failed
    return {
      count,
      completed: this.#completed,
      failed: this.#failed,
      successRate: rate(this.#completed, this.#failed),
      attempts: this.#attempts,
      retries: this.#attempts - count,
      tokens: this.#tokens,
      durationMs: this.#measured.durations(),
    }
  }
}

class Workflow {
  readonly steps = new Steps()
  readonly #measured = new Measured()
  readonly #counts = new Map<string, number>()

  add([, status, durationMs, count]: RunCount): void {
    this.#counts.set(status, this.#of(status) + count)
    this.#measured.add(durationMs, count)
  }

  result(type: string): WorkflowMetrics {
    const [completed, failed, cancelled] = ['completed', 'failed', 'cancelled'].map((one) => this.#of(one))
    const [queued, running, waiting] = ['queued', 'running', 'waiting'].map((one) => this.#of(one))
    return {
      type,
      count: completed! + failed! + cancelled!,
      completed: completed!,
      failed: failed!,
      cancelled: cancelled!,
      successRate: rate(completed!, failed!),
      durationMs: this.#measured.durations(),
      now: { queued: queued!, running: running!, waiting: waiting! },
      steps: this.steps.result(),
    }
  }

  #of(status: string): number {
    return this.#counts.get(status) ?? 0
  }
}

class Sums {
  readonly #workflows = new Map<string, Workflow>()
  readonly #agents = new Map<string, Steps>()

  addRun(run: RunCount): void {
    this.#workflow(run[0]).add(run)
  }

  addStep(step: StepCount, withWorkflows: boolean): void {
    const [type, agent] = step
    if (withWorkflows) this.#workflow(type).steps.add(step)
    if (agent === null) return
    const steps = this.#agents.get(agent) ?? new Steps()
    steps.add(step)
    this.#agents.set(agent, steps)
  }

  result(): Pick<Metrics, 'workflows' | 'agents'> {
    return {
      workflows: sorted(this.#workflows).map(([type, workflow]) => workflow.result(type)),
      agents: sorted(this.#agents).map(([agent, steps]): AgentMetrics => ({ agent, ...steps.result() })),
    }
  }

  #workflow(type: string): Workflow {
    const known = this.#workflows.get(type) ?? new Workflow()
    this.#workflows.set(type, known)
    return known
  }
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([one], [other]) => (one < other ? -1 : 1))

const rate = (completed: number, failed: number): number | null =>
  completed + failed === 0 ? null : completed / (completed + failed)
