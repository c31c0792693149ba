import { resolve } from '../bindings.ts'
import { CALLS, type CodeRule } from '../code-rule.ts'
import {
  argument,
  bare,
  child,
  isBuiltString,
  isLiteral,
  isMember,
  keyName,
  lastName,
  list,
  type SyntaxNode,
  staticText,
} from '../syntax.ts'

const HTML_SINKS: ReadonlySet<string> = new Set(['innerHTML', 'outerHTML'])
const QUERY_METHODS: ReadonlySet<string> = new Set([
  'query',
  'execute',
  'raw',
  'unsafe',
  '$queryRawUnsafe',
  '$executeRawUnsafe',
])
const SQL_START =
  /^\s*(select|insert\s+into|update|delete\s+from|replace\s+into|merge\s+into|with|create|alter|drop|truncate|grant|call)\s/i

/** The SQL text of a call: its first argument, or that argument's `text` or `sql`. */
function sqlArgument(call: SyntaxNode): SyntaxNode | undefined {
  const first = argument(call, 0)
  if (first?.type !== 'ObjectExpression') return first
  const text = list(first, 'properties').find((p) => ['text', 'sql'].includes(keyName(p) ?? ''))
  return bare(child(text, 'value'))
}

function writesHtml(call: SyntaxNode): boolean {
  const callee = bare(child(call, 'callee'))
  if (!isMember(callee)) return false
  const method = lastName(callee)
  if (method === 'insertAdjacentHTML') return !isLiteral(argument(call, 1))
  const onDocument = lastName(child(callee, 'object')) === 'document'
  return onDocument && (method === 'write' || method === 'writeln') && !isLiteral(argument(call, 0))
}

/** Text that becomes a query, a page or a pattern. */
export const injectionRules: readonly CodeRule[] = [
  {
    id: 'code-sql-built',
    level: 'error',
    weight: 85,
    title: 'SQL put together with values in it',
    help: 'Bind the values as parameters; take identifiers from an allow-list.',
    cwe: 'CWE-89',
    on: CALLS,
    matches: (node) => {
      const callee = bare(child(node, 'callee'))
      if (!isMember(callee) || !QUERY_METHODS.has(lastName(callee) ?? '')) return false
      const sql = sqlArgument(node)
      return isBuiltString(sql) && SQL_START.test(staticText(sql))
    },
  },
  {
    id: 'code-dangerous-html',
    level: 'warning',
    weight: 65,
    title: 'React is told to insert HTML as it is',
    help: 'Render the value as text, or clean it with a sanitizer first.',
    cwe: 'CWE-79',
    on: ['JSXAttribute', 'ObjectProperty'],
    matches: (node) =>
      (node.type === 'JSXAttribute' ? lastName(child(node, 'name')) : keyName(node)) ===
      'dangerouslySetInnerHTML',
  },
  {
    id: 'code-html-assignment',
    level: 'warning',
    weight: 65,
    title: 'HTML put into the page from a value that is not fixed in the source',
    help: 'Use textContent, or clean the value with a sanitizer first.',
    cwe: 'CWE-79',
    on: ['AssignmentExpression', ...CALLS],
    matches: (node) => {
      if (node.type !== 'AssignmentExpression') return writesHtml(node)
      const target = bare(child(node, 'left'))
      return isMember(target) && HTML_SINKS.has(lastName(target) ?? '') && !isLiteral(child(node, 'right'))
    },
  },
  {
    id: 'code-regexp-variable',
    level: 'note',
    weight: 20,
    title: 'A regular expression made from a value',
    help: 'Escape the value (RegExp.escape), bound its length, or use an engine that runs in linear time.',
    cwe: 'CWE-1333',
    on: [...CALLS, 'NewExpression'],
    matches: (node, { bindings }) => {
      const callee = bare(child(node, 'callee'))
      const isRegExp = callee?.type === 'Identifier' && callee.name === 'RegExp'
      const first = argument(node, 0)
      return (
        isRegExp &&
        resolve(callee, bindings) === undefined &&
        !isLiteral(first) &&
        first?.type !== 'RegExpLiteral'
      )
    },
  },
]
