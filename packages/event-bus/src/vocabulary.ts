/** An error as events carry it: what happened and its code, never a stack. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: string
}

/** What an ending says beside its subject. */
interface Took {
  /** Whole milliseconds since `started`. */
  readonly durationMs: number
}

interface Failed extends Took {
  readonly error: Failure
}

interface OfSession {
  readonly session: string
}

interface OfPhase {
  /** A stretch of the work that has a name of its own: `config`, `quality`, … */
  readonly phase: string
}

interface OfStrategy {
  readonly strategy: string
}

interface OfStep {
  readonly step: string
}

interface OfWorkflow {
  readonly workflow: string
}

/**
 * Whose output a chunk belongs to. A later epoch (rollback, fork), in it a later fence (a run that another process took
 * over), and in that a later attempt (retry) replaces the ones before it.
 */
export interface OfOutput {
  readonly runId: string
  readonly step: string
  readonly epoch: number
  /** Absent is 0. */
  readonly fence?: number
  readonly attempt: number
}

/**
 * A ready event map for workflows: `createEventBus<WorkflowEvents>()`, or `WorkflowEvents & MyEvents`. Run, job and
 * session go into an event's `meta`, which is where the bridges look for the job.
 */
export interface WorkflowEvents {
  'session.initializing': OfSession
  'session.ready': OfSession & Took

  'phase.started': OfPhase
  'phase.completed': OfPhase & Took
  'phase.failed': OfPhase & Failed

  'strategy.started': OfStrategy
  'strategy.completed': OfStrategy & Took
  'strategy.failed': OfStrategy & Failed

  'step.started': OfStep
  /** How far a step is. Only the newest matters: a bridge may leave older ones out for a slow client. */
  'step.progress': OfStep & { readonly done: number; readonly total?: number; readonly note?: string }
  'step.completed': OfStep & Took
  'step.failed': OfStep & Failed

  'workflow.started': OfWorkflow & { readonly input?: unknown }
  'workflow.completed': OfWorkflow & Took & { readonly output?: unknown }
  'workflow.failed': OfWorkflow & Failed
  'workflow.cancelled': OfWorkflow & Took & { readonly reason: string }
  'workflow.resumed': OfWorkflow & { readonly fromVersion: number; readonly fromStep: string | null }
  'workflow.rolled_back': OfWorkflow & { readonly toVersion: number; readonly fromStep: string | null }

  /** A piece of text that begins at `offset` (UTF-16 code units since the attempt began). */
  'output.chunk': OfOutput & { readonly offset: number; readonly text: string }
  /** A new attempt: what a reader holds behind `to` does not count any more. */
  'output.rewind': OfOutput & { readonly to: number }
  /** The attempt's text is complete and this long. */
  'output.ended': OfOutput & { readonly length: number }
}
