import { resolve } from '../bindings.ts'
import { CALLS, type CodeRule } from '../code-rule.ts'
import {
  argument,
  bare,
  child,
  isLiteral,
  isMember,
  keyName,
  lastName,
  list,
  literalText,
  type SyntaxNode,
} from '../syntax.ts'

const GLOBALS: ReadonlySet<string> = new Set(['globalThis', 'window', 'self', 'global'])
const SHELL_COMMANDS: ReadonlySet<string> = new Set(['child_process.exec', 'child_process.execSync'])
const SHELL_BY_OPTION: ReadonlySet<string> = new Set([
  'child_process.spawn',
  'child_process.spawnSync',
  'child_process.execFile',
  'child_process.execFileSync',
])
const VM_RUNS = /^runIn(New|This)?Context$/
const TIMERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval', 'setImmediate'])

/** Whether the callee is the global of this name, plain or as `globalThis.name`. */
function isGlobal(callee: SyntaxNode | undefined, name: string): boolean {
  const inner = bare(callee)
  if (inner?.type === 'Identifier') return inner.name === name
  return isMember(inner) && lastName(inner) === name && GLOBALS.has(lastName(child(inner, 'object')) ?? '')
}

function isTrueOption(property: SyntaxNode, name: string): boolean {
  return keyName(property) === name && child(property, 'value')?.value === true
}

function asksForShell(call: SyntaxNode): boolean {
  return list(call, 'arguments').some(
    (node) =>
      node.type === 'ObjectExpression' && list(node, 'properties').some((p) => isTrueOption(p, 'shell')),
  )
}

/** Text that becomes code: in the engine, in the shell. */
export const codeExecutionRules: readonly CodeRule[] = [
  {
    id: 'code-eval',
    level: 'error',
    weight: 95,
    title: 'eval of a value that is not fixed in the source',
    help: 'Parse the value (JSON.parse, a schema) or look it up in a table of allowed functions.',
    cwe: 'CWE-95',
    on: CALLS,
    matches: (node) => isGlobal(child(node, 'callee'), 'eval') && !isLiteral(argument(node, 0)),
  },
  {
    id: 'code-shell-command',
    level: 'error',
    weight: 90,
    title: 'A shell command put together at run time',
    help: 'Use execFile or spawn with a list of arguments, without a shell.',
    cwe: 'CWE-78',
    on: CALLS,
    matches: (node, { bindings }) =>
      SHELL_COMMANDS.has(resolve(child(node, 'callee'), bindings) ?? '') && !isLiteral(argument(node, 0)),
  },
  {
    id: 'code-shell-option',
    level: 'warning',
    weight: 80,
    title: 'A child process started through a shell',
    help: 'Leave out the shell option and give the arguments as a list.',
    cwe: 'CWE-78',
    on: CALLS,
    matches: (node, { bindings }) =>
      SHELL_BY_OPTION.has(resolve(child(node, 'callee'), bindings) ?? '') && asksForShell(node),
  },
  {
    id: 'code-new-function',
    level: 'warning',
    weight: 85,
    title: 'A function made from text',
    help: 'Write the function, or interpret the text with a parser of its own.',
    cwe: 'CWE-95',
    on: [...CALLS, 'NewExpression'],
    matches: (node) => isGlobal(child(node, 'callee'), 'Function'),
  },
  {
    id: 'code-vm-run',
    level: 'warning',
    weight: 75,
    title: 'Code run by node:vm, which is no security boundary',
    help: 'Run untrusted code in a separate process or container with no rights.',
    cwe: 'CWE-94',
    on: CALLS,
    matches: (node, { bindings }) => {
      const callee = child(node, 'callee')
      const name =
        resolve(callee, bindings)?.replace(/^vm\./, '') ?? (isMember(bare(callee)) ? lastName(callee) : '')
      return VM_RUNS.test(name ?? '')
    },
  },
  {
    id: 'code-timer-string',
    level: 'warning',
    weight: 70,
    title: 'A timer that is given text to evaluate',
    help: 'Give the timer a function.',
    cwe: 'CWE-95',
    on: CALLS,
    matches: (node) => {
      const first = argument(node, 0)
      const isText = literalText(first) !== undefined || first?.type === 'TemplateLiteral'
      return isText && [...TIMERS].some((name) => isGlobal(child(node, 'callee'), name))
    },
  },
]
