import { invalidArgument } from '../contract/errors.ts'

/** What stands where a secret was. */
export const REDACTED = '[redacted]'

/** Takes secrets out of what is logged: by the name of a key, and by the look of a text. */
export interface Redactor {
  /** Whether the value of a key is a secret. */
  isSecret(key: string, value: unknown): boolean
  /** The text without what looks like a secret. */
  text(text: string): string
}

/** Parts of keys, without case and separators: `x-api-key`, `apiKey` and `API_KEY` are all `apikey`. */
const SECRET_KEYS = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'authorization',
  'cookie',
  'credential',
  'sessionid',
  'jwt',
  'csrf',
]

/** The same inside text, as in headers, query strings and JSON that was logged as text. */
const NAMES =
  'password|passwd|passphrase|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|credentials?|session[-_]?id'

/** A value in quotes, or up to what ends one. Written without nested repetition: linear in the length of the text. */
const VALUE = `"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s,;&"'}\\]]+`

type Rule = readonly [pattern: RegExp, replacement: string]

const RULES: readonly Rule[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, REDACTED],
  // A password in an address: everything between the first colon and the last @ before the path.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/@:]{0,256}):[^\s/]{1,1024}@/gi, `$1:${REDACTED}@`],
  [/\b(bearer|basic)(\s+)(?=\S{0,4096}[\d=])[A-Za-z0-9._~+/=-]{6,}/gi, `$1$2${REDACTED}`],
  // JSON Web Tokens: the first part is JSON, so in base64url it begins with `{"`.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, REDACTED],
  // OpenAI, Anthropic and Stripe; AWS; GitHub; GitLab; Slack; npm; Google; Supabase; Hugging Face.
  [
    /\b(?:[sr]k[-_][A-Za-z0-9_-]{16,}|A(?:KIA|SIA|GPA|IDA|ROA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|sb_secret_[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,})/g,
    REDACTED,
  ],
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,8}[:=]\s{0,8})(?:"(?:[^"\\]|\\.)*"?|[^\r\n"]+)/gi,
    `$1$2${REDACTED}`,
  ],
  // A number is a count, as in `token=12`, not a secret.
  [new RegExp(`(${NAMES})(["']?\\s{0,8}[:=]\\s{0,8})(?!\\d+\\b)(?:${VALUE})`, 'gi'), `$1$2${REDACTED}`],
]

/** Whether any rule could find anything; most texts are passed over by this alone. */
const SUSPECT =
  /[:=]|-----BEGIN|bearer|basic|eyJ|[sr]k[-_]|A(?:KIA|SIA|GPA|IDA|ROA|Iza)|gh[pousr]_|github_pat_|glpat-|xox|npm_|sb_secret_|hf_/i

const plainKey = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Makes a redactor of the well-known keys and patterns, and of more. Throws `INVALID_ARGUMENT`. */
export function redactorOf(keys: readonly string[] = [], patterns: readonly RegExp[] = []): Redactor {
  const own = keys.map((key) => checkKey(key))
  const kindOf = rememberingKeys([...SECRET_KEYS, ...own])
  const rules = patterns.map((pattern): Rule => [checkPattern(pattern), REDACTED])
  return {
    isSecret(key, value) {
      if (value === null || value === undefined || typeof value === 'boolean') return false
      const kind = kindOf(key)
      // How many tokens a model took is the number that is logged most.
      return typeof value === 'number' ? kind === 'secret' : kind !== 'open'
    },
    text(text) {
      const known = SUSPECT.test(text) ? replaceAll(text, RULES) : text
      return rules.length === 0 ? known : replaceAll(known, rules)
    },
  }
}

type KeyKind = 'open' | 'token' | 'secret'

/** Keys whose kind is kept in mind, and how long they are at most; programs log the same few again and again. */
const MAX_KNOWN_KEYS = 2_000
const MAX_KNOWN_LENGTH = 100

function rememberingKeys(words: readonly string[]): (key: string) => KeyKind {
  const known = new Map<string, KeyKind>()
  return (key) => {
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const plain = plainKey(key)
    const found = words.filter((word) => plain.includes(word))
    const kind = found.length === 0 ? 'open' : found.every((word) => word === 'token') ? 'token' : 'secret'
    if (known.size >= MAX_KNOWN_KEYS) known.clear()
    if (key.length <= MAX_KNOWN_LENGTH) known.set(key, kind)
    return kind
  }
}

const replaceAll = (text: string, rules: readonly Rule[]): string =>
  rules.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text)

function checkKey(key: unknown): string {
  const plain = typeof key === 'string' ? plainKey(key) : ''
  if (plain === '') {
    throw invalidArgument(
      `telemetry.secretKeys must be names with letters or digits; one is '${String(key)}'.`,
    )
  }
  return plain
}

function checkPattern(pattern: unknown): RegExp {
  if (!(pattern instanceof RegExp)) {
    throw invalidArgument('telemetry.secretPatterns must be regular expressions.')
  }
  const { source, flags } = pattern
  return new RegExp(source, `${flags.replace(/[gy]/g, '')}g`)
}
