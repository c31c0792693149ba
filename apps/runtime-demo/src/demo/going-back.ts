import type { Runtime } from '@pawl/runtime'
import type { Patch } from '@pawl/state-store'
import type { ShownRun } from './shown-run.ts'

const VERSIONS = 2
const MAX_SHOWN = 6

/** One operation of a patch on one line, what it sets cut short. */
function operationLine(operation: Patch[number]): string {
  const value = 'value' in operation ? ` ${JSON.stringify(operation.value)}` : ''
  return `${operation.op.padEnd(7)} ${operation.path}${value.length > 60 ? `${value.slice(0, 60)}…` : value}`
}

function showPatch(patch: Patch, shown: ShownRun): void {
  for (const operation of patch.slice(0, MAX_SHOWN)) shown.say(`        ${operationLine(operation)}`, 'dim')
  if (patch.length > MAX_SHOWN) shown.say(`        and ${patch.length - MAX_SHOWN} more`, 'dim')
}

/**
 * Takes a run that has completed back by two versions, shows what that changed in its state, lets it go on to its end,
 * and shows whether the second end differs from the first.
 */
export async function goBackAndResume(runtime: Runtime, shown: ShownRun): Promise<void> {
  const { runId } = shown.handle
  const end = shown.version
  const toVersion = Math.max(1, end - VERSIONS)
  const back = await runtime.rollbackWorkflow(runId, { toVersion, reason: 'to show that nothing is lost' })
  shown.say(`      ↶ rolled back from version ${end} to ${toVersion}; the difference:`, 'yellow')
  showPatch(await runtime.diffState({ runId, version: end }, { runId, version: back.version }), shown)
  await runtime.resumeWorkflow(runId, { reason: 'done again from there' })
  await shown.follow()
  const patch = await runtime.diffState({ runId, version: end }, { runId })
  const differs = `the second end differs from the first in ${patch.length} places:`
  shown.say(`      ${patch.length === 0 ? 'the second end is the same as the first' : differs}`, 'yellow')
  showPatch(patch, shown)
}
