import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const run = fileURLToPath(new URL('../run.mjs', import.meta.url))

test('a task that does not exist is answered with those that do', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, 'dmeo'], { encoding: 'utf8' })
  expect(stderr).toMatch(/^There is no task "dmeo"\. Tasks are: demo, test, check, /)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
})
