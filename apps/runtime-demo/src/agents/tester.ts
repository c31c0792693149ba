import { z } from 'zod'
import { surveySchema } from '../feature/survey.ts'
import { proposeCases } from '../feature/test-cases.ts'
import { checkTypes } from '../feature/type-check.ts'
import { taskOf } from './agent.ts'

/** Wants to know whether it works. */
export const tester = {
  id: 'tester',
  description: 'Proposes test cases from types and comments, and runs the type check of a repository.',
} as const

/** Cases for what a request concerns, and the tests that are there. Throws `INPUT_INVALID`. */
export const proposeTests = taskOf(
  tester,
  z.object({ survey: surveySchema }),
  async ({ survey }, { signal, log }) => {
    signal.throwIfAborted()
    const proposed = proposeCases(survey)
    const cases = proposed.flatMap(({ tested }) => tested.flatMap((one) => one.cases))
    log(`tests: ${cases.length} cases for ${proposed.length} modules`)
    return proposed
  },
)

const typeCheckInput = z.object({
  /** The repository, absolute or relative to the working directory. */
  repo: z.string().min(1),
  /** After this it is killed. Default one minute. */
  timeoutMs: z.number().int().positive().default(60_000),
})

/**
 * Runs the repository's own type check, which runs code of the repository. The signal kills it. Throws
 * `PATH_UNREADABLE`, `PATH_NOT_DIRECTORY`, `INPUT_INVALID`.
 */
export const runTypeCheck = taskOf(tester, typeCheckInput, async ({ repo, timeoutMs }, { signal, log }) => {
  const result = await checkTypes(repo, timeoutMs, signal)
  log(`type check: ${result.status}, ${result.detail}`)
  return result
})
