import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Rehearsal } from '../src/demo/rehearse.ts'
import { citationsIn, wrongCitations } from './cited.ts'
import { makeHostileTree, plantedAt, removeTree } from './fixture-tree.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

interface SarifResult {
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string }
      readonly region?: { readonly startLine: number }
    }
  }[]
}

let standing: string
beforeEach(async () => {
  standing = await mkdtemp(join(tmpdir(), 'pawl-demo-'))
})
afterEach(() => rm(standing, { recursive: true, force: true }))

/** The demo on its embedded store, whatever the environment of the tests names. */
const demo = (...args: string[]) => {
  const { DATABASE_URL: _, PAWL_DATABASE_URL: __, SUPABASE_URL: ___, ...env } = process.env
  return run(process.execPath, [MAIN, ...args], { cwd: standing, env: { ...env, INIT_CWD: standing } })
}

const resultOf = (stdout: string): Rehearsal => {
  expect(stdout.trim().split('\n')).toHaveLength(1)
  return JSON.parse(stdout)
}

describe('the demo as a user runs it', () => {
  it('does all three at once, loses a worker to SIGKILL in one, takes another back, and ends with cited reports', async () => {
    const { stdout, stderr } = await demo('--json')
    const { store, workflows } = resultOf(stdout)
    const [audit, content, feature] = workflows
    expect(store).toMatch(/^sqlite .*store-\d+\.db$/)
    expect(workflows.map(({ type, status, steps }) => [type, status, steps])).toEqual([
      ['security-audit', 'completed', 6],
      ['content-strategy', 'completed', 6],
      ['feature-development', 'completed', 6],
    ])
    expect(audit!.resumedSteps).toBeGreaterThanOrEqual(2)
    expect(audit!.resumedSteps).toBeLessThan(6)
    expect(workflows.map(({ rollbacks }) => rollbacks)).toEqual([0, 1, 0])
    expect(stderr).toContain('worker-1 was killed (SIGKILL)')
    expect(stderr).toContain('rolled back from version 8 to 6')
    expect(stderr).toContain('remove  /results/brief')
    expect(stderr).toContain('the second end is the same as the first')

    const [sarif] = await Promise.all(audit!.reports.map((path) => readFile(path, 'utf8')))
    expect(JSON.parse(sarif!)).toMatchObject({ version: '2.1.0' })
    const brief = await readFile(content!.reports[0]!, 'utf8')
    expect(citationsIn(brief).length).toBeGreaterThan(30)
    expect(await wrongCitations(brief, repository)).toEqual([])
    const plan = await readFile(feature!.reports[0]!, 'utf8')
    expect(citationsIn(plan).length).toBeGreaterThan(30)
    expect(await wrongCitations(plan, join(repository, 'packages/resilience'))).toEqual([])
  }, 120_000)

  it('audits a tree, loses a worker in the middle and finds what was planted', async () => {
    const tree = await makeHostileTree()
    try {
      const { stdout } = await demo('security-audit', tree)
      expect(stdout).toContain('worker-1 was killed (SIGKILL)')
      expect(stdout).toContain('↻ resumed')
      const path = /report: (.*\.sarif)/.exec(stdout)![1]!
      const { runs } = JSON.parse(await readFile(path, 'utf8'))
      const found = (runs[0].results as SarifResult[]).map(({ locations: [location] }) => {
        const { artifactLocation, region } = location!.physicalLocation
        return `${artifactLocation.uri}:${region?.startLine ?? ''}`
      })
      expect(found).toContain(`${plantedAt.evil.file}:${plantedAt.evil.line}`)
      expect(found).toContain(`${plantedAt.env.file}:${plantedAt.env.keyIdLine}`)
      expect(found.some((place) => place.startsWith(plantedAt.writable))).toBe(true)
    } finally {
      await removeTree(tree)
    }
  }, 60_000)

  it('leaves every worker alive when told so', async () => {
    await mkdir(join(standing, 'docs'))
    await writeFile(
      join(standing, 'docs/a.md'),
      '# Pawl\n\nA pawl is a catch. It keeps a ratchet from slipping back.\n',
    )
    const { stdout } = await demo('content-strategy', 'pawls', '--sources', 'docs', '--no-kill', '--json')
    expect(resultOf(stdout).workflows).toMatchObject([{ status: 'completed', steps: 6, resumedSteps: 0 }])
  }, 60_000)
})

describe('a mistake', () => {
  const failing = (...args: string[]) =>
    demo(...args).then(
      () => expect.unreachable('it did not fail'),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )

  it('in a path is told once, before anything starts', async () => {
    const { code, stdout, stderr } = await failing('security-audit', 'absent')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.trim().split('\n')).toEqual([
      `PATH_UNREADABLE: cannot read "${join(standing, 'absent')}" (ENOENT): check the spelling, or create it`,
    ])
  }, 30_000)

  it('in a path is one line of JSON too, if that was asked for', async () => {
    await symlink('b', join(standing, 'a'))
    await symlink('a', join(standing, 'b'))
    const { code, stdout } = await failing('feature-development', 'x', '--repo', 'a', '--json')
    expect(code).toBe(2)
    expect(resultOf(stdout)).toMatchObject({ workflows: [], error: { code: 'PATH_UNREADABLE' } })
  }, 30_000)

  it('in what is asked for ends the run, with the reason', async () => {
    await writeFile(join(standing, 'a.md'), 'A pawl is a catch.\n')
    const { code, stdout, stderr } = await failing('content-strategy', 'zebras', '--sources', '.', '--json')
    expect(code).toBe(2)
    expect(resultOf(stdout).workflows).toMatchObject([{ status: 'failed', error: { code: 'NO_MATCH' } }])
    expect(stderr.match(/nothing in 1 document is about "zebras"/g)).toHaveLength(1)
  }, 60_000)

  it('in the command is explained', async () => {
    const { code, stderr } = await failing('paint-the-house')
    expect(code).toBe(2)
    expect(stderr).toMatch(/DEMO_USAGE: There is no workflow 'paint-the-house'[\s\S]*Usage:/)
  }, 30_000)
})
