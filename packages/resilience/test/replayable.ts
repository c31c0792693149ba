import fc from 'fast-check'

/**
 * Settings of a property in this file: a failure says how to see it again, and `SEED` in the environment does it.
 * @param file as vitest takes it
 */
export const replayable = <T>(file: string, numRuns: number): fc.Parameters<T> => ({
  numRuns,
  ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }),
  reporter: (run) => {
    if (!run.failed) return
    const again = `SEED=${run.seed} pnpm --filter @pawl/resilience test ${file}`
    throw new Error(`${fc.defaultReportMessage(run)}\nReplay it with: ${again}`)
  },
})
