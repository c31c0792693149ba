import type { OnKey } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import type { Telemetry } from '../drive/tracing.ts'
import type { LogOptions } from '../leave/logbook.ts'
import type { PartsOptions } from './parts.ts'
import type { WorkflowResult } from './results.ts'
import type { SettingsOptions } from './settings.ts'

export interface RuntimeOptions extends PartsOptions, SettingsOptions {
  readonly workflows?: readonly AnyWorkflow[]
  readonly agents?: readonly AnyAgent[]
  /** Clock, timers and randomness, for simulators. Default: the real ones. */
  readonly ports?: Ports
  /** Where spans and metrics go, such as `openTelemetry()` of `@pawl/runtime/otel`. Default: nowhere. */
  readonly telemetry?: Telemetry
  /**
   * Where go what runs say with `ctx.log` and `step.log`, and what the runtime warns of. Default: to the store, from level
   * `info`; read it with `getLogs`.
   */
  readonly logs?: LogOptions
}

export interface StartOptions {
  /** A name of the caller's own, unique among open runs: starting it again does not start a second run. */
  readonly key?: string
  /** What to do if the key exists. Default `return`: the run that has it. */
  readonly onKey?: OnKey
  /** The run's id, a UUID: starting the same id again is the same run. */
  readonly runId?: string
}

export interface WaitOptions {
  /** Stops waiting; the run goes on. `cancelWorkflow` stops the run. */
  readonly signal?: AbortSignal
}

/** A run that was started. */
export interface WorkflowHandle<Output = unknown> {
  readonly runId: string
  /** `false` if the key belonged to a run that existed. */
  readonly created: boolean
  /** Resolves once the run completed; rejects with `WorkflowFailedError` or `WorkflowCancelledError`. */
  result(options?: WaitOptions): Promise<WorkflowResult<Output>>
}
