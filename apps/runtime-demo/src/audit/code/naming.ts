import { child, keyName, lastName } from './syntax.ts'
import type { Place } from './traverse.ts'

const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...[
    'token',
    'secret',
    'password',
    'passwd',
    'pwd',
    'passphrase',
    'nonce',
    'salt',
    'session',
    'csrf',
    'otp',
  ],
  ...['credential', 'credentials', 'id', 'ids', 'uuid', 'guid'],
])

/** Words before `key` that make it a secret; a plain `key` is mostly a map's or a list's. */
const KEY_OWNERS: ReadonlySet<string> = new Set([
  'api',
  'access',
  'private',
  'secret',
  'signing',
  'encryption',
])

/** A name's words in lower case: `sessionID_v2` gives session, id, v2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** Whether something of this name should not be guessable. A heuristic: `grid` does not, `userId` does. */
export function soundsSecret(name: string): boolean {
  const words = wordsOf(name)
  return words.some(
    (word, index) => SECRET_WORDS.has(word) || (word === 'key' && KEY_OWNERS.has(words[index - 1] ?? '')),
  )
}

/** Where the search for a name ends: beyond these a value is no longer what the outer name is about. */
const BOUNDARIES: ReadonlySet<string> = new Set(['Program', 'BlockStatement', 'ClassBody', 'SwitchStatement'])

function nameGivenBy({ node }: Place, from: Place): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return lastName(child(node, 'id'))
    case 'AssignmentExpression':
      return lastName(child(node, 'left'))
    case 'ObjectProperty':
    case 'ClassProperty':
    case 'ClassPrivateProperty':
      return keyName(node)
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return child(node, 'callee') === from.node ? undefined : lastName(child(node, 'callee'))
    default:
      return undefined
  }
}

/** The function around a `return`: its name is what the value is called. */
function nameOfFunctionAround(place: Place): string | undefined {
  for (let at = place.parent; at !== undefined; at = at.parent) {
    const { node, parent } = at
    if (node.type === 'FunctionDeclaration') return lastName(child(node, 'id'))
    if (node.type === 'ObjectMethod' || node.type.startsWith('Class')) return keyName(node)
    if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') {
      return parent === undefined ? undefined : nameGivenBy(parent, at)
    }
  }
  return undefined
}

/** Names that tell what the expression at `place` is used for: what it is assigned or passed to, or returned from. */
export function namesOfUse(place: Place): string[] {
  const names: (string | undefined)[] = []
  let from = place
  for (let at = place.parent; at !== undefined; at = at.parent) {
    if (at.node.type === 'ReturnStatement') {
      names.push(nameOfFunctionAround(at))
      break
    }
    if (BOUNDARIES.has(at.node.type)) break
    names.push(nameGivenBy(at, from))
    from = at
  }
  return names.filter((name) => name !== undefined)
}
