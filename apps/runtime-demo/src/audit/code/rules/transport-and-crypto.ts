import { resolve } from '../bindings.ts'
import { CALLS, type CodeRule } from '../code-rule.ts'
import { namesOfUse, soundsSecret } from '../naming.ts'
import {
  argument,
  bare,
  child,
  isMember,
  keyName,
  lastName,
  literalText,
  type SyntaxNode,
  staticText,
} from '../syntax.ts'

const WEAK_HASH = /^(md4|md5|sha-?1|ripemd160|rmd160)$/i
const CLIENTS: ReadonlySet<string> = new Set(['fetch', 'axios', 'got', 'ky', 'superagent'])
const LOCAL_HOST = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(?=[:/?#\s]|$)/i
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED'

/** The name and the value that an assignment or an object property gives to it. */
function given(node: SyntaxNode): { name: string | undefined; value: SyntaxNode | undefined } {
  return node.type === 'AssignmentExpression'
    ? { name: lastName(child(node, 'left')), value: bare(child(node, 'right')) }
    : { name: keyName(node), value: bare(child(node, 'value')) }
}

function isZero(node: SyntaxNode | undefined): boolean {
  return literalText(node) === '0' || (node?.type === 'NumericLiteral' && node.value === 0)
}

/** `fetch(...)`, `axios(...)`, `axios.get(...)` and the like. */
function isClientCall(call: SyntaxNode): boolean {
  const callee = bare(child(call, 'callee'))
  const client = isMember(callee) ? bare(child(callee, 'object')) : callee
  const name = lastName(client) ?? ''
  return CLIENTS.has(name) || lastName(callee) === 'fetch'
}

function isMathRandom(callee: SyntaxNode | undefined): boolean {
  const inner = bare(callee)
  return isMember(inner) && lastName(inner) === 'random' && lastName(child(inner, 'object')) === 'Math'
}

/** Checks that are switched off, algorithms that are broken, numbers that can be guessed. */
export const transportAndCryptoRules: readonly CodeRule[] = [
  {
    id: 'code-tls-environment-off',
    level: 'error',
    weight: 80,
    title: 'The check of TLS certificates is switched off for the whole process',
    help: 'Remove the setting; give a private authority with NODE_EXTRA_CA_CERTS or the ca option.',
    cwe: 'CWE-295',
    on: ['AssignmentExpression', 'ObjectProperty'],
    matches: (node) => {
      const { name, value } = given(node)
      return name === TLS_VARIABLE && isZero(value)
    },
  },
  {
    id: 'code-tls-unverified',
    level: 'error',
    weight: 80,
    title: 'A TLS connection that accepts any certificate',
    help: 'Remove rejectUnauthorized: false; give a private authority with the ca option.',
    cwe: 'CWE-295',
    on: ['AssignmentExpression', 'ObjectProperty'],
    matches: (node) => {
      const { name, value } = given(node)
      return name === 'rejectUnauthorized' && value?.type === 'BooleanLiteral' && value.value === false
    },
  },
  {
    id: 'code-weak-hash',
    level: 'warning',
    weight: 50,
    title: 'A hash function that is broken for security (MD5 or SHA-1)',
    help: 'Use SHA-256 or better; for passwords scrypt or Argon2.',
    cwe: 'CWE-327',
    on: CALLS,
    matches: (node, { bindings }) => {
      const callee = child(node, 'callee')
      const name = (resolve(callee, bindings) ?? lastName(callee) ?? '').replace(/^crypto\./, '')
      return (
        (name === 'createHash' || name === 'createHmac') &&
        WEAK_HASH.test(literalText(argument(node, 0)) ?? '')
      )
    },
  },
  {
    id: 'code-guessable-random',
    level: 'warning',
    weight: 60,
    title: 'Math.random makes something that must not be guessed',
    help: 'Use crypto.randomUUID or crypto.getRandomValues.',
    cwe: 'CWE-338',
    on: CALLS,
    matches: (node, { place }) => isMathRandom(child(node, 'callee')) && namesOfUse(place).some(soundsSecret),
  },
  {
    id: 'code-plain-http',
    level: 'warning',
    weight: 45,
    title: 'A request over plain HTTP',
    help: 'Use https.',
    cwe: 'CWE-319',
    on: CALLS,
    matches: (node) => {
      const url = staticText(argument(node, 0))
      return /^http:\/\//i.test(url) && isClientCall(node) && !LOCAL_HOST.test(url)
    },
  },
]
