export type {
  AgentMetrics,
  PostgresTransaction,
  SqliteTransaction,
  Transaction,
} from '@pawl/state-store'
export type { AgentHealth } from './agents/agent-health.ts'
export type { AutoDisable } from './agents/auto-disable.ts'
export type { AgentInfo, AgentListFilter } from './agents/listing.ts'
export {
  type Agent,
  type AgentOptions,
  type AnyAgent,
  agent,
  type CallPolicy,
  type OutputOf,
  type WhenOpen,
} from './define/agent.ts'
export type { AgentStep, Branch, StepOptions, WorkflowContext } from './define/context.ts'
export type { Duration } from './define/duration.ts'
export type { GraphStep, GraphView } from './define/graph.ts'
export type { Jsonify } from './define/jsonify.ts'
export type { Schema } from './define/schema.ts'
export type { StepContext } from './define/step.ts'
export {
  type AnyWorkflow,
  type CodeOptions,
  type GraphOptions,
  type GraphWorkflow,
  type InputOf,
  type Workflow,
  type WorkflowOptions,
  type WorkflowOutput,
  workflow,
} from './define/workflow.ts'
export type { Ports } from './drive/ports.ts'
export type { RunSpan, StepSpan, Telemetry, Tracing } from './drive/tracing.ts'
export type { ForkOptions, RollbackOptions, RolledBack } from './enter/going-back.ts'
export type { EventFilter } from './enter/history.ts'
export type { CancelOptions, SignalOptions } from './enter/mail.ts'
export type { MetricsFilter, RuntimeMetrics, WorkflowMetrics } from './enter/metrics.ts'
export type { QueueCounts, QueueStatus } from './enter/queue-status.ts'
export { realPorts } from './enter/real-ports.ts'
export type { WorkflowResult } from './enter/results.ts'
export { createRuntime, type Runtime } from './enter/runtime.ts'
export type { RuntimeOptions, StartOptions, WaitOptions, WorkflowHandle } from './enter/runtime-options.ts'
export type { TaskPriority } from './enter/task-definitions.ts'
export type {
  SubmitTaskOptions,
  TaskHandle,
  TaskInput,
  TaskOptions,
  TaskOutput,
  TaskResult,
} from './enter/tasks.ts'
export {
  AgentDisabledError,
  type ErrorRecord,
  NonDeterminismError,
  RuntimeError,
  type RuntimeErrorCode,
  StepFailedError,
  WorkflowCancelledError,
  WorkflowFailedError,
} from './errors.ts'
export { sharedBreakers } from './keep/shared-breakers.ts'
export { type StoreSinkOptions, storedEvents, storeSink } from './keep/store-sink.ts'
export type { RuntimeEvents } from './leave/events.ts'
export type { ComponentHealth, Essentials, HealthReport } from './leave/health.ts'
export type { LifecycleMessage } from './leave/lifecycle.ts'
export type { LogFields, LogOptions, LogSink } from './leave/logbook.ts'
export type { OfText, WorkflowProgress } from './leave/progress.ts'
export type { FollowOptions } from './leave/stream.ts'
export type { TimelineEvent } from './leave/timeline.ts'
