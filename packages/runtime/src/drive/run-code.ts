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
    const mismatch = run.end()
    return mismatch === undefined ? { status: 'completed', output } : failed(mismatch)
  } catch (error) {
    return failed(run.end() ?? error)
  }
}

function failed(error: unknown): RunResult {
  const record = recordError(error)
  return { status: 'failed', error: record, failedSteps: record.step === undefined ? [] : [record.step] }
}
