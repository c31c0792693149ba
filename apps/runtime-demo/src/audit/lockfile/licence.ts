import parseExpression, { type Info } from 'spdx-expression-parse'

/** What to do about a package's licence. */
export type LicenceVerdict = 'allowed' | 'copyleft' | 'proprietary' | 'review' | 'unknown'

/** Permissive licences that ask for no more than attribution. SPDX ids, https://spdx.org/licenses/ */
const permissiveLicences: ReadonlySet<string> = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'BSD-2-Clause-Patent',
    'BSD-3-Clause-Clear',
  ],
  ...[
    'Apache-2.0',
    'BlueOak-1.0.0',
    'CC0-1.0',
    'CC-BY-3.0',
    'CC-BY-4.0',
    'Unlicense',
    'WTFPL',
    'Zlib',
    'X11',
  ],
  ...[
    'Python-2.0',
    'PSF-2.0',
    'Unicode-DFS-2016',
    'Unicode-3.0',
    'Artistic-2.0',
    'BSL-1.0',
    'PostgreSQL',
    'OFL-1.1',
  ],
])

/** Families whose terms reach what is shipped together with them, or changes to them. */
const COPYLEFT =
  /^(A|L)?GPL-|^GFDL-|^(MPL|EPL|CDDL|EUPL|OSL|CPL|IPL|SSPL|CECILL|RPL|QPL|MS-RL|Sleepycat|CC-BY-SA|CC-BY-NC-SA)(-|$)/

function leafVerdict(licence: string, allowed: ReadonlySet<string>): LicenceVerdict {
  if (permissiveLicences.has(licence) || allowed.has(licence)) return 'allowed'
  return COPYLEFT.test(licence) ? 'copyleft' : 'review'
}

const SEVERITY: readonly LicenceVerdict[] = ['allowed', 'review', 'copyleft']

/** OR is the user's choice: the mildest counts. AND binds to both: the hardest counts. An exception only permits more. */
function evaluate(info: Info, allowed: ReadonlySet<string>): LicenceVerdict {
  if ('license' in info) return leafVerdict(info.license, allowed)
  const sides = [evaluate(info.left, allowed), evaluate(info.right, allowed)]
  const ranks = sides.map((verdict) => SEVERITY.indexOf(verdict))
  return SEVERITY[info.conjunction === 'or' ? Math.min(...ranks) : Math.max(...ranks)] ?? 'unknown'
}

/** Judges a declared licence. `allowed` adds SPDX ids to the permissive ones; text that is no SPDX expression is `unknown`. */
export function judgeLicence(licence: string | undefined, allowed: ReadonlySet<string>): LicenceVerdict {
  if (licence === undefined || licence.length > 1_000) return 'unknown'
  if (/^unlicensed$/i.test(licence.trim())) return 'proprietary'
  try {
    return evaluate(parseExpression(licence), allowed)
  } catch {
    return 'unknown'
  }
}
