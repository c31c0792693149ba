import { countRepetitions, type Finding, findingOf } from '../finding.ts'
import { readBindings } from './bindings.ts'
import { rulesFor } from './code-rules.ts'
import type { SyntaxNode } from './syntax.ts'
import { traverse } from './traverse.ts'

/** The node's own source with white space evened out: what tells findings apart when lines move. */
function snippet(text: string, node: SyntaxNode): string {
  return text.slice(node.start ?? 0, Math.min(node.end ?? 0, (node.start ?? 0) + 500)).replace(/\s+/g, ' ')
}

/** Every match of the code rules in one program, in source order. `text` is what the program was parsed from. */
export function matchCode(program: SyntaxNode, file: string, text: string): Finding[] {
  const bindings = readBindings(program)
  const nth = countRepetitions()
  const findings: Finding[] = []
  for (const place of traverse(program)) {
    for (const { rule } of rulesFor(place.node.type)) {
      if (!rule.matches(place.node, { bindings, place })) continue
      const subject = snippet(text, place.node)
      const start = place.node.loc?.start
      findings.push(
        findingOf(rule, {
          file,
          line: start?.line,
          column: start === undefined ? undefined : start.column + 1,
          subject: JSON.stringify([subject, nth(`${rule.id} ${subject}`)]),
        }),
      )
    }
  }
  return findings
}
