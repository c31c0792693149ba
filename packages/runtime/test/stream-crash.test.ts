import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { WorkflowProgress } from '../src/index.ts'
import { speaking } from './children/speak.ts'
import { start, storeFile } from './harness.ts'
import { collect, Reader, seenOf } from './told.ts'

const file = fileURLToPath(new URL('./children/speak.ts', import.meta.url))

it('a process that is killed in the middle of a text leaves no token that is shown twice', async () => {
  const path = storeFile()
  const child = spawn(process.execPath, [file, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const runId = String(line).trim()
  const reading = await start({ workflows: [speaking(100)], stateStore: { path }, concurrency: 0 })
  const whole: WorkflowProgress[] = []
  const reader = new Reader()
  let killed = ''
  for await (const item of reading.followWorkflow(runId)) {
    whole.push(item)
    reader.read(item)
    const text = reader.texts.get('count') ?? ''
    if (killed !== '' || !text.includes('20 ')) continue
    killed = text
    child.kill('SIGKILL')
    await ended
    await start({ workflows: [speaking(100)], stateStore: { path }, lease: '500ms', sweep: '100ms' })
  }
  const counted = Array.from({ length: 100 }, (_, word) => `${word} `).join('')
  expect(reader.seen).toEqual({
    story: [
      'started',
      'ended greet',
      'step_completed greet',
      'resumed',
      'ended count',
      'step_completed count',
      'completed',
    ],
    texts: { greet: 'hello', count: counted },
  })
  // What the dead one wrote was on the screen, and was taken back before the other's first word.
  const rewinds = whole.flatMap((item) => (item.type === 'output_rewind' ? [item.step] : []))
  expect(rewinds).toEqual(['count'])
  const fences = new Set(whole.flatMap((item) => (item.type === 'output' ? [item.data.fence] : [])))
  expect(fences.size).toBe(2)
  for (const [index, { cursor }] of whole.entries()) {
    const rest = await collect(reading.followWorkflow(runId, { after: cursor }))
    expect(seenOf([...whole.slice(0, index + 1), ...rest])).toEqual(reader.seen)
  }
}, 60_000)
