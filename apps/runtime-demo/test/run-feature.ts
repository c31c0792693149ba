import { surveyRequest } from '../src/agents/architect.ts'
import { planFeature } from '../src/agents/developer.ts'
import { findRisks } from '../src/agents/security-auditor.ts'
import { proposeTests, runTypeCheck } from '../src/agents/tester.ts'
import { writeFeaturePlan } from '../src/agents/writer.ts'
import { quietContext } from './quiet-context.ts'

/** All tasks of a feature's development, as the workflow runs them. */
export async function runFeature(request: string, repo: string, outDir: string) {
  const context = quietContext()
  const survey = await surveyRequest.run({ request, repo }, context)
  const plan = await planFeature.run({ survey }, context)
  const cases = await proposeTests.run({ survey }, context)
  const risks = await findRisks.run({ survey, repo }, context)
  const typeCheck = await runTypeCheck.run({ repo }, context)
  const all = { survey, plan, cases, risks, typeCheck, repo: 'repo' }
  const written = await writeFeaturePlan.run({ plan: all, runId: 'run-1', outDir }, context)
  return { ...all, written }
}
