import { agentCases } from './agents.ts'
import { backlogCases } from './backlog.ts'
import { cellCases } from './cells.ts'
import { claimCases } from './claim.ts'
import { clockCases } from './clock.ts'
import { commitCases } from './commit.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { forkCases } from './fork.ts'
import { groupCommitCases } from './group-commit.ts'
import { closeCases, handleCases, reopenCases } from './handles.ts'
import { hostileTelemetryCases } from './hostile-telemetry.ts'
import { codecCases, hostileValueCases } from './hostile-values.ts'
import { inboxCases } from './inbox.ts'
import { journalCases } from './journal.ts'
import { metricsCases } from './metrics.ts'
import { namespaceCases } from './namespace.ts'
import { openCases } from './open.ts'
import { outboxCases } from './outbox.ts'
import { outputCases, outputHandleCases } from './output.ts'
import { parkedCases } from './parked.ts'
import { redactionCases } from './redaction.ts'
import { compactCases, pruneCases, sizeCases } from './retention.ts'
import { resumeCases, rollbackCases } from './rollback.ts'
import { rotationCases, rotationHandleCases } from './rotation.ts'
import { runsCases } from './runs.ts'
import { scheduleCases } from './schedules.ts'
import { telemetryCases, telemetryHandleCases } from './telemetry.ts'
import { timerCases } from './timers.ts'
import { transactionCases } from './transactions.ts'

export type { ConformanceCase, HarnessOptions, StoreHarness } from './conformance-case.ts'

/**
 * What the contract of a state store promises, one case a promise. A backend runs all of them, each with a
 * harness of its own:
 *
 *     for (const { name, run } of conformance) test(name, () => run(harnessOverFreshData()))
 */
export const conformance: readonly ConformanceCase[] = [
  ...openCases,
  ...claimCases,
  ...commitCases,
  ...transactionCases,
  ...inboxCases,
  ...journalCases,
  ...rollbackCases,
  ...resumeCases,
  ...forkCases,
  ...outboxCases,
  ...runsCases,
  ...timerCases,
  ...parkedCases,
  ...backlogCases,
  ...metricsCases,
  ...cellCases,
  ...agentCases,
  ...scheduleCases,
  ...pruneCases,
  ...compactCases,
  ...sizeCases,
  ...namespaceCases,
  ...clockCases,
  ...closeCases,
  ...reopenCases,
  ...handleCases,
  ...groupCommitCases,
  ...hostileValueCases,
  ...codecCases,
  ...telemetryCases,
  ...telemetryHandleCases,
  ...rotationCases,
  ...rotationHandleCases,
  ...hostileTelemetryCases,
  ...redactionCases,
  ...outputCases,
  ...outputHandleCases,
]
