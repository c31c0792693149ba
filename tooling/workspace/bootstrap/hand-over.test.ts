import { type ChildProcess, spawn } from 'node:child_process'
import { expect, test } from 'vitest'

/** A process that hands over to the script which it gets as its argument. */
const parent = `
  import { handOver, leaveLike } from ${JSON.stringify(new URL('./hand-over.mjs', import.meta.url).href)}
  const options = { cwd: process.cwd(), env: process.env }
  leaveLike(await handOver(process.execPath, ['--eval', process.argv[1]], options))
`

function start(script: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', parent, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function ending(
  child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; output: string }> {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output })))
}

test('the exit code is passed on', async () => {
  expect(await ending(start('process.exit(7)'))).toMatchObject({ code: 7, signal: null })
})

test('output is passed on untouched', async () => {
  expect(await ending(start('console.log(JSON.stringify({ a: 1 }))'))).toMatchObject({
    code: 0,
    output: '{"a":1}\n',
  })
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the child, which may end as it likes',
  async (signal) => {
    const child = start(
      `process.on('${signal}', () => { console.log('got it'); process.exit(3) }); setInterval(() => {}, 1000); console.log('up')`,
    )
    child.stdout?.once('data', () => child.kill(signal))
    expect(await ending(child)).toEqual({ code: 3, signal: null, output: 'up\ngot it\n' })
  },
)

test('a child that a signal ended leaves a parent that the same signal ended', async () => {
  const child = start(`setInterval(() => {}, 1000); console.log('up')`)
  child.stdout?.once('data', () => child.kill('SIGTERM'))
  expect(await ending(child)).toMatchObject({ code: null, signal: 'SIGTERM' })
})
