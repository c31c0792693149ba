import type { CodeRule } from './code-rule.ts'
import { codeExecutionRules } from './rules/code-execution.ts'
import { injectionRules } from './rules/injection.ts'
import { transportAndCryptoRules } from './rules/transport-and-crypto.ts'

/** Every rule about source code. */
export const codeRules: readonly CodeRule[] = [
  ...codeExecutionRules,
  ...injectionRules,
  ...transportAndCryptoRules,
]

const byType = Map.groupBy(
  codeRules.flatMap((rule) => rule.on.map((type) => ({ type, rule }))),
  ({ type }) => type,
)

/** The rules that look at nodes of this type. */
export function rulesFor(type: string): readonly { readonly rule: CodeRule }[] {
  return byType.get(type) ?? []
}
