import type { Agent } from './agent.ts'
import { analyst } from './analyst.ts'
import { architect } from './architect.ts'
import { developer } from './developer.ts'
import { marketer } from './marketer.ts'
import { researcher } from './researcher.ts'
import { securityAuditor } from './security-auditor.ts'
import { tester } from './tester.ts'
import { writer } from './writer.ts'

/** Everybody who works here. */
export const allAgents: readonly Agent[] = [
  ...[researcher, analyst, marketer, writer],
  ...[architect, developer, tester, securityAuditor],
]
