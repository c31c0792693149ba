/** One thing to verify. `run` resolves to what is wrong, or to nothing when all is well; throwing counts as wrong. */
export type Step = { name: string; run: () => Promise<string | undefined> }

/**
 * Runs every step in turn, prints a line for each and, under the line, what is wrong.
 *
 * One failure does not hide the next: all steps run.
 *
 * @param wanted Names of steps to run; all of them when empty.
 * @returns Whether every step that ran was well.
 */
export async function runSteps(steps: readonly Step[], wanted: readonly string[] = []): Promise<boolean> {
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    console.error(
      `There is no "${unknown.join('", "')}" here. There is: ${steps.map(({ name }) => name).join(', ')}.`,
    )
    return false
  }
  const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const failed: string[] = []
  for (const step of chosen) {
    const began = performance.now()
    const problem = await step.run().catch(String)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`)
    if (problem !== undefined) {
      failed.push(step.name)
      console.log(`${problem}\n`)
    }
  }
  console.log(failed.length === 0 ? `All ${chosen.length} passed.` : `Failed: ${failed.join(', ')}.`)
  return failed.length === 0
}
