import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeHostileTree, removeTree } from './fixture-tree.ts'

const run = promisify(execFile)
const agents = [
  ...['researcher', 'analyst', 'marketer', 'writer'],
  ...['architect', 'developer', 'tester', 'security-auditor'],
]
const urls = agents.map((name) => new URL(`../src/agents/${name}.ts`, import.meta.url).href)

const inNode = (source: string) => run(process.execPath, ['--input-type=module', '--eval', source])

test('importing the agents loads no scanner, no parser', async () => {
  const { stdout, stderr } = await inNode(`
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (specifier, context, next) => (seen.push(specifier), next(specifier, context)) })
    for (const url of ${JSON.stringify(urls)}) await import(url)
    console.log(JSON.stringify(seen))
  `)
  expect(stderr).toBe('')
  const seen: string[] = JSON.parse(stdout)
  expect(seen).toContain('zod')
  expect(
    seen.filter((name) =>
      /secretlint|babel|yarnpkg|js-yaml|jsonc-parser|wink|mdast|micromark|oxc/.test(name),
    ),
  ).toEqual([])
})

test('a whole audit prints no warning', async () => {
  const root = await makeHostileTree()
  const runAudit = new URL('./run-audit.ts', import.meta.url).href
  try {
    const { stdout, stderr } = await inNode(`
      const { runAudit } = await import(${JSON.stringify(runAudit)})
      const { review } = await runAudit(${JSON.stringify(root)}, ${JSON.stringify(join(root, 'node_modules', 'out'))})
      console.log(review.findings.length > 0)
    `)
    expect(stderr).toBe('')
    expect(stdout).toBe('true\n')
  } finally {
    await removeTree(root)
  }
})
