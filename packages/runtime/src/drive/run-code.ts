import type { RecordedRun } from '../decide/recorded.ts'
import { NameScope } from '../decide/step-names.ts'
import type { CodeForm } from '../define/workflow.ts'
import { recordError } from '../errors.ts'
import { CodeContext } from './code-context.ts'
import { CodeRun } from './code-run.ts'
import type { Execution } from './execution.ts'
import type { RunResult } from './run-result.ts'

/** Calls a workflow's function on what its journal recorded; resolves with how the run ends. */
export async function runCode(
  execution: Execution,
  recorded: RecordedRun,
  form: CodeForm,
): Promise<RunResult> {
  const run = new CodeRun(execution, recorded)
  try {
    const output = await form.run(new CodeContext(run, new NameScope()), recorded.input)
    warnOfAbandoned(execution, run.expected)
    const mismatch = run.end()
    return mismatch === undefined ? { status: 'completed', output } : failed(mismatch)
  } catch (error) {
    return failed(run.end() ?? error)
  }
}

/** A step that nobody awaited is not in the journal when the run completes, so its outcome is lost. */
function warnOfAbandoned(execution: Execution, expected: number): void {
  const { run, parts } = execution
  const abandoned = execution.inFlight + expected
  if (abandoned === 0 || execution.ended) return
  parts.emit('runtime.warning', {
    code: 'STEP_NOT_AWAITED',
    message:
      `Run ${run.runId}: workflow '${run.type}' returned while ${abandoned} of its steps were under way; what they ` +
      'return is not recorded. Await every promise of the context.',
    cause: undefined,
  })
}

const failed = (error: unknown): RunResult => ({
  status: 'failed',
  error: recordError(error),
  failedSteps: failedStepsOf(error),
})

/** The step behind an error: its own, or the one that caused it, when the code wrapped what a step threw. */
function failedStepsOf(error: unknown): string[] {
  const seen = new Set<unknown>()
  for (let at = error; typeof at === 'object' && at !== null && !seen.has(at); at = causeOf(at)) {
    seen.add(at)
    const { step } = recordError(at)
    if (step !== undefined) return [step]
  }
  return []
}

const causeOf = (error: object): unknown => (error as { readonly cause?: unknown }).cause
