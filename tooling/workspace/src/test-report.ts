/** The part of a vitest JSON report that is counted. */
export type VitestReport = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** Sums over packages. */
export type Tally = { passed: number; failed: number; skipped: number }

/**
 * Counts one package.
 *
 * A file that could not even be loaded, a run that failed for a reason outside every test (an unhandled rejection) and
 * a package that left no report at all count as one failure each, so that "0 failed" always means that all is well.
 */
export function tallyOf(report: VitestReport | undefined): Tally {
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The closing line of a test run, such as `812 passed, 0 failed`; skipped tests are named only if there are any. */
export function closingLine(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  const skipped = sum((tally) => tally.skipped)
  const line = `${sum((tally) => tally.passed)} passed, ${sum((tally) => tally.failed)} failed`
  return skipped > 0 ? `${line}, ${skipped} skipped` : line
}
