import type { Rule } from '../rule.ts'

/** What all rules about secrets have in their id, so that a report can tell them without loading secretlint. */
const SECRET_PREFIX = 'secret-'

const HELP =
  'Revoke the credential where it was issued, remove it from the file and from the version history, and read it from the environment or a secret manager.'

/** An account number alone opens nothing. */
const NOTES: ReadonlySet<string> = new Set(['secret-aws-account-id'])

function kebab(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
}

/** The rule with this id, if it is one about secrets: `secret-aws-access-key-id` and the like. */
export function secretRuleById(id: string): Rule | undefined {
  if (!id.startsWith(SECRET_PREFIX)) return undefined
  const kind = id.slice(SECRET_PREFIX.length).replaceAll('-', ' ')
  return {
    id,
    level: NOTES.has(id) ? 'note' : 'error',
    weight: 100,
    title: `Secret in the source: ${kind}`,
    help: HELP,
    cwe: 'CWE-798',
  }
}

/** Our rule for one of secretlint's: its short name (`aws`) and the id of its message (`AWSAccessKeyID`). */
export function secretRule(scanner: string, messageId: string): Rule {
  const kind = kebab(messageId)
  const repeatsScanner = kind.replaceAll('-', '').startsWith(scanner.replaceAll('-', ''))
  const id = repeatsScanner ? kind : `${scanner}-${kind}`
  return secretRuleById(`${SECRET_PREFIX}${id}`)!
}
