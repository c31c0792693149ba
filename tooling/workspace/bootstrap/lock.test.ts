import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './lock.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Adds one to a number in a file, with a pause in the middle that any second process would fall into. */
const increment = `
  import { readFileSync, writeFileSync } from 'node:fs'
  import { setTimeout } from 'node:timers/promises'
  import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)}
  const [lock, file] = process.argv.slice(1)
  await withLock(lock, async () => {
    const count = Number(readFileSync(file, 'utf8'))
    await setTimeout(30)
    writeFileSync(file, String(count + 1))
  })
`

function incrementInProcess(lock: string, file: string): Promise<number | null> {
  const args = ['--input-type=module', '--eval', increment, lock, file]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  return new Promise((resolve) => child.once('exit', resolve))
}

function deadPid(): number {
  return Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }))
}

test('processes enter one after another', async () => {
  const [lock, file] = [join(folder, 'lock'), join(folder, 'count')]
  writeFileSync(file, '0')
  const codes = await Promise.all(Array.from({ length: 5 }, () => incrementInProcess(lock, file)))
  expect(codes).toEqual([0, 0, 0, 0, 0])
  expect(readFileSync(file, 'utf8')).toBe('5')
})

test('the lock of a process that died is taken over, by one process at a time', async () => {
  const [lock, file] = [join(folder, 'lock'), join(folder, 'count')]
  mkdirSync(lock)
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ pid: deadPid(), token: 'dead' }))
  writeFileSync(file, '0')
  await Promise.all(Array.from({ length: 5 }, () => incrementInProcess(lock, file)))
  expect(readFileSync(file, 'utf8')).toBe('5')
})

test('whoever waits is told for whom, once', async () => {
  const lock = join(folder, 'lock')
  const told: number[] = []
  const order: string[] = []
  const first = withLock(lock, async () => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    order.push('first')
  })
  const second = withLock(
    lock,
    async () => void order.push('second'),
    ({ pid }) => void told.push(pid),
  )
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
  expect(told).toEqual([process.pid])
})

test('work that fails gives the lock back', async () => {
  const lock = join(folder, 'lock')
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(withLock(lock, async () => 'yes')).resolves.toBe('yes')
})
