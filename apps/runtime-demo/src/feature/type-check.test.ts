import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkTypes } from './type-check.ts'

const never = new AbortController().signal
let repo: string

beforeEach(async () => {
  repo = await mkdtemp(join(tmpdir(), 'pawl-types-'))
})
afterEach(() => rm(repo, { recursive: true, force: true }))

const write = (files: Readonly<Record<string, string>>) =>
  Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(repo, name), text)))

/** A repository whose own check is a program of ours. */
const writeCheck = (source: string) =>
  write({ 'package.json': JSON.stringify({ scripts: { typecheck: 'node check.cjs' } }), 'check.cjs': source })

/** Whether a process is there. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const pidIn = async (name: string): Promise<number> =>
  Number(await readFile(join(repo, name), 'utf8').catch(() => '0'))

describe('checkTypes', () => {
  it('runs the TypeScript that is installed, cites what it finds, and leaves nothing behind', async () => {
    await write({
      'tsconfig.json': '{"compilerOptions":{"types":[],"incremental":true}}',
      'a.ts': "export const a: number = 'one'\n",
    })
    expect(await checkTypes(repo, 60_000, never)).toMatchObject({
      status: 'not-run',
      detail: 'no TypeScript is installed for it: install its dependencies first',
    })
    await symlink(
      fileURLToPath(new URL('../../../../node_modules', import.meta.url)),
      join(repo, 'node_modules'),
    )
    const failed = await checkTypes(repo, 60_000, never)
    expect(failed).toMatchObject({ status: 'failed', command: 'tsc --noEmit -p tsconfig.json', errors: 1 })
    expect(failed.diagnostics).toMatchObject([
      {
        message: expect.stringMatching(/^TS2322/),
        citation: { file: 'a.ts', line: 1, quote: "export const a: number = 'one'" },
      },
    ])
    await write({ 'a.ts': 'export const a: number = 1\n' })
    expect(await checkTypes(repo, 60_000, never)).toMatchObject({ status: 'passed', errors: 0 })
  }, 60_000)

  it('prefers a script of that name, which is given none of our secrets', async () => {
    process.env.PAWL_TEST_SECRET = 'hidden'
    await writeCheck("console.log(process.env.PAWL_TEST_SECRET ?? 'none'); process.exitCode = 3")
    expect(await checkTypes(repo, 60_000, never)).toMatchObject({
      status: 'failed',
      command: 'node --run typecheck',
      detail: 'it ended with 1: none',
    })
    delete process.env.PAWL_TEST_SECRET
  })

  it('says why there is nothing to run', async () => {
    expect((await checkTypes(repo, 60_000, never)).detail).toContain('neither a tsconfig.json')
    await write({ 'tsconfig.json': '{"files":[],"references":[{"path":"a"}]}', 'package.json': 'no json' })
    expect((await checkTypes(repo, 60_000, never)).detail).toContain('only names other projects')
  })

  it('kills what takes too long, with all that it started', async () => {
    await writeCheck(`
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
      require('node:fs').writeFileSync('pid', String(child.pid))
      setInterval(() => {}, 1000)
    `)
    expect(await checkTypes(repo, 3_000, never)).toMatchObject({ status: 'timed-out' })
    await expect.poll(async () => isAlive(await pidIn('pid')), { timeout: 10_000 }).toBe(false)
  }, 30_000)

  it('is killed by the signal, whose reason it throws', async () => {
    await writeCheck(
      "require('node:fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)",
    )
    const controller = new AbortController()
    const reason = new Error('lost the lease')
    const check = checkTypes(repo, 60_000, controller.signal)
    await expect.poll(() => pidIn('pid'), { timeout: 20_000 }).toBeGreaterThan(0)
    const pid = await pidIn('pid')
    controller.abort(reason)
    await expect(check).rejects.toBe(reason)
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  }, 30_000)
})
