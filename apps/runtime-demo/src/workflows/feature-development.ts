import { join } from 'node:path'
import { agent, workflow } from '@pawl/runtime'
import { z } from 'zod'
import { surveyRequest } from '../agents/architect.ts'
import { planFeature } from '../agents/developer.ts'
import { findRisks } from '../agents/security-auditor.ts'
import { proposeTests, runTypeCheck } from '../agents/tester.ts'
import { writeFeaturePlan } from '../agents/writer.ts'

const quick = { timeout: '5m', retry: 1 } as const
const architect = agent(surveyRequest.id, { ...surveyRequest, ...quick })
const developer = agent(planFeature.id, { ...planFeature, ...quick })
const typeChecker = agent(runTypeCheck.id, { ...runTypeCheck, ...quick })
const tester = agent(proposeTests.id, { ...proposeTests, ...quick })
const auditor = agent(findRisks.id, { ...findRisks, ...quick })

type PlanInput = Parameters<typeof writeFeaturePlan.run>[0]

/** The run's id names the folder of the plan, so a repeated step writes the same file again. */
const planWriter = agent(writeFeaturePlan.id, {
  description: writeFeaturePlan.description,
  timeout: '5m',
  retry: 2,
  run: ({ folder, plan }: { folder: string } & Pick<PlanInput, 'plan'>, step) =>
    writeFeaturePlan.run({ plan, runId: step.runId, outDir: join(folder, step.runId) }, step),
})

const input = z.object({
  request: z.string().trim().min(1).max(500),
  /** The repository, absolute. */
  repo: z.string().min(1),
  /** Where the plan goes: a folder of the run's own is made in it. */
  reports: z.string().min(1),
})

/**
 * `feature-development <request> --repo <dir>`: the modules that a request touches, what they export and who depends on
 * them; from that a change plan, test cases and risks; and beside it all the repository's own type check.
 */
export const featureDevelopment = workflow('feature-development', {
  input,
  agents: { architect, developer, typeChecker, tester, auditor, planWriter },
})
  .step('survey', {
    agent: 'architect',
    input: ({ input }) => ({ request: input.request, repo: input.repo }),
  })
  .step('type-check', { agent: 'typeChecker', input: ({ input }) => ({ repo: input.repo }) })
  .step('change-plan', {
    agent: 'developer',
    after: 'survey',
    input: ({ results }) => ({ survey: results.survey }),
  })
  .step('test-cases', {
    agent: 'tester',
    after: 'survey',
    input: ({ results }) => ({ survey: results.survey }),
  })
  .step('risks', {
    agent: 'auditor',
    after: 'survey',
    input: ({ input, results }) => ({ survey: results.survey, repo: input.repo }),
  })
  .step('plan', {
    agent: 'planWriter',
    after: ['survey', 'type-check', 'change-plan', 'test-cases', 'risks'],
    input: ({ input, results }) => ({
      folder: input.reports,
      plan: {
        survey: results.survey,
        plan: results['change-plan'],
        cases: results['test-cases'],
        risks: results.risks,
        typeCheck: results['type-check'],
        repo: input.repo,
      },
    }),
  })
  .output(({ results }) => ({
    modules: results.survey.touched.map(({ path }) => path),
    typeCheck: results['type-check'].status,
    reports: results.plan.reports,
  }))
