import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}/README.md`, 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map((found) => found[1] ?? '')

/** What an example prints, run in a process of its own that finds this package by its name. */
const printed = (example: string): string =>
  execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })

describe('every example of the README runs and ends by itself', () => {
  it.for(examples.map((example, index) => [index + 1, example] as const))('example %i', ([, example]) => {
    expect(printed(example)).not.toBe('')
  })

  it('the one of crashTest prints what stands below it', () => {
    const example = examples.find((code) => code.includes('crashTest')) ?? ''
    const [, shown = ''] = /^```\n\n((?: {4}.*\n)+)/m.exec(readme.slice(readme.indexOf(example))) ?? []
    expect(shown).toContain('is not safe to repeat')
    expect(printed(example)).toBe(`Do not forget!\n${shown.replaceAll(/^ {4}/gm, '')}`)
  })
}, 120_000)
