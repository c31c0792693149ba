export type { StateStoreConfig } from './choose-store.ts'
export type { AgentFilter, AgentRegistration, Agents, RegisteredAgent } from './contract/agents.ts'
export { MAX_DETAILS_LENGTH } from './contract/agents.ts'
export type { Backlog, BacklogFilter, BacklogPart } from './contract/backlog.ts'
export type {
  Cell,
  CellFilter,
  CellRemoval,
  Cells,
  CellVerdict,
  CellWrite,
  NamedCell,
} from './contract/cells.ts'
export { CELL_WRITE_KNOWN_MS, MAX_CELL_LENGTH } from './contract/cells.ts'
export type { Claimable, ClaimedRun, ClaimRequest, Heartbeat, HeartbeatResult } from './contract/claim.ts'
export { MAX_CLAIMS_WITHOUT_PROGRESS } from './contract/claim.ts'
export type { Commit, Next, RefusalReason, Verdict } from './contract/commit.ts'
export type { Entry, EntryFilter, EntryKind, EntryMeta, NewEntry } from './contract/entry.ts'
export { ENTRY_FORMAT, ENTRY_KINDS, LIFECYCLE_KINDS } from './contract/entry.ts'
export type { StateStoreErrorCode } from './contract/errors.ts'
export { StateStoreError } from './contract/errors.ts'
export type { Json } from './contract/json.ts'
export type { StoreLimits } from './contract/limits.ts'
export { DEFAULT_LIMITS, MAX_NAME_LENGTH } from './contract/limits.ts'
export type {
  AgentMetrics,
  Durations,
  Metrics,
  MetricsFilter,
  StepMetrics,
  WorkflowMetrics,
} from './contract/metrics.ts'
export { DEFAULT_METRICS_MS } from './contract/metrics.ts'
export type { KeptChunk, Output, OutputChunk } from './contract/output.ts'
export type { Parked, Unpark } from './contract/parked.ts'
export type {
  Amount,
  CompactVerdict,
  FinishedStatus,
  Pruned,
  Retention,
  TableSize,
} from './contract/retention.ts'
export type {
  ClaimFor,
  InboxItem,
  InboxKind,
  InboxMessage,
  NewRun,
  OnKey,
  OpenedRun,
  Page,
  Run,
  RunFilter,
  RunStatus,
  SendVerdict,
} from './contract/run.ts'
export { isFinished, RUN_STATUSES } from './contract/run.ts'
export type {
  AdvanceVerdict,
  FireVerdict,
  NewSchedule,
  Schedule,
  ScheduleDetails,
  ScheduleFilter,
  ScheduleRefusal,
  Schedules,
  Tick,
} from './contract/schedules.ts'
export { MAX_SCHEDULE_ID_LENGTH, scheduledKey } from './contract/schedules.ts'
export type { At, Patch, ReleaseResult, StateStore, Unsent } from './contract/store.ts'
export type {
  LogFilter,
  LogLevel,
  LogLine,
  LogRecord,
  MetricSample,
  RedactedLine,
  SampleFilter,
  SampleRecord,
  Telemetry,
  TelemetryOptions,
} from './contract/telemetry.ts'
export { LOG_LEVELS } from './contract/telemetry.ts'
export type { Timer, TimerFilter } from './contract/timers.ts'
export type {
  PostgresTransaction,
  SqliteParameters,
  SqliteTransaction,
  SqliteValue,
  Transaction,
  TransactionClient,
  TransactionDatabase,
  TransactionStatement,
  TransactionWork,
  TransactOptions,
} from './contract/transaction.ts'
export { decodePayload, encodePayload } from './journal/encode.ts'
export type { RunState } from './journal/fold.ts'
export { emptyState, fold, foldJournal, lineage } from './journal/fold.ts'
export { openStateStore } from './open-state-store.ts'
export type { Codec } from './store/encode.ts'
