import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Summary } from '../src/demo/summary.ts'
import { makeHostileTree, plantedAt, removeTree } from './fixture-tree.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const run = promisify(execFile)

interface SarifResult {
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string }
      readonly region?: { readonly startLine: number }
    }
  }[]
}

describe('the demo as a user runs it', () => {
  let standing: string
  let tree: string

  beforeEach(async () => {
    standing = await mkdtemp(join(tmpdir(), 'pawl-demo-'))
    tree = await makeHostileTree()
  })
  afterEach(async () => {
    await rm(standing, { recursive: true, force: true })
    await removeTree(tree)
  })

  const demo = (...args: string[]) =>
    run(process.execPath, [MAIN, ...args], { cwd: standing, env: { ...process.env, INIT_CWD: standing } })

  it('audits a tree, loses a worker to SIGKILL in the middle, keeps the finished steps and prints one JSON line last', async () => {
    const { stdout, stderr } = await demo('security-audit', tree, '--json')
    const { workflows } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { workflows: Summary[] }
    expect(workflows).toMatchObject([{ type: 'security-audit', status: 'completed', steps: 6 }])
    expect(stdout).toContain('worker-1 was killed (SIGKILL)')
    expect(stderr).toBe('')
    // More than two may have been on their way to the disk when the kill came.
    expect(workflows[0]!.resumedSteps).toBeGreaterThanOrEqual(2)
    expect(workflows[0]!.resumedSteps).toBeLessThan(6)
    const [sarif] = await Promise.all(workflows[0]!.reports.map((path) => readFile(path, 'utf8')))
    const found = (JSON.parse(sarif!).runs[0].results as SarifResult[]).map(({ locations: [location] }) => {
      const { artifactLocation, region } = location!.physicalLocation
      return `${artifactLocation.uri}:${region?.startLine ?? ''}`
    })
    expect(found).toContain(`${plantedAt.evil.file}:${plantedAt.evil.line}`)
    expect(found).toContain(`${plantedAt.env.file}:${plantedAt.env.keyIdLine}`)
    expect(found.some((place) => place.startsWith(plantedAt.writable))).toBe(true)
  }, 60_000)

  it('ends with the reason and exit code 1 when the path cannot be read', async () => {
    await expect(demo('security-audit', 'absent', '--json')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"status":"failed"'),
    })
  }, 60_000)

  it('explains itself on a wrong argument', async () => {
    await expect(demo('paint-the-house')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/DEMO_USAGE: There is no workflow 'paint-the-house'[\s\S]*Usage:/),
    })
  })
})
