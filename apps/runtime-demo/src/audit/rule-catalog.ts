import { codeRules } from './code/code-rules.ts'
import type { Finding } from './finding.ts'
import { dependencyRules, lockfileRules } from './lockfile/dependency-rules.ts'
import type { Rule } from './rule.ts'
import { modeRules } from './scanners/file-mode-rules.ts'
import { secretRuleById } from './scanners/secret-rule.ts'

const rules: ReadonlyMap<string, Rule> = new Map(
  [...codeRules, ...modeRules, ...dependencyRules, ...Object.values(lockfileRules)].map((rule) => [
    rule.id,
    rule,
  ]),
)

/** The rule that a finding is of. One that this version does not know (an older run's) is rebuilt from the finding. */
export function ruleOf({ ruleId, level, help, cwe }: Finding): Rule {
  const known = rules.get(ruleId) ?? secretRuleById(ruleId)
  if (known !== undefined) return known
  return { id: ruleId, level, weight: 0, title: ruleId, help, ...(cwe === undefined ? {} : { cwe }) }
}
