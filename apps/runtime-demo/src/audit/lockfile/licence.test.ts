import { expect, test } from 'vitest'
import { judgeLicence } from './licence.ts'
import { readLicence } from './licence-field.ts'

test.each([
  ['MIT', 'allowed'],
  ['(MIT OR GPL-3.0-only)', 'allowed'],
  ['MIT AND GPL-3.0-only', 'copyleft'],
  ['(MIT AND ISC) OR AGPL-3.0-or-later', 'allowed'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'copyleft'],
  ['Apache-2.0 WITH LLVM-exception', 'allowed'],
  ['LGPL-2.1+', 'copyleft'],
  ['MPL-2.0', 'copyleft'],
  ['Beerware', 'review'],
  ['Beerware AND GPL-3.0-only', 'copyleft'],
  ['LicenseRef-company', 'review'],
  ['UNLICENSED', 'proprietary'],
  ['SEE LICENSE IN LICENSE.md', 'unknown'],
  ['Apache 2', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('%s is %s', (licence, verdict) => {
  expect(judgeLicence(licence, new Set())).toBe(verdict)
})

test('ids can be added to the allowed ones', () => {
  expect(judgeLicence('MPL-2.0 AND MIT', new Set(['MPL-2.0']))).toBe('allowed')
})

test.each([
  [{ license: 'MIT' }, 'MIT'],
  [{ license: { type: 'ISC', url: 'x' } }, 'ISC'],
  [{ licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }, '(MIT OR Apache-2.0)'],
  [{ license: ['MIT'] }, 'MIT'],
  [{ license: 7 }, undefined],
  [{}, undefined],
])('the licence of %j is %s', (manifest, licence) => {
  expect(readLicence(manifest)).toBe(licence)
})
