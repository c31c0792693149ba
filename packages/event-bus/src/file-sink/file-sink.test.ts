import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEventBus } from '../index.ts'
import { openFileSink, readEvents } from './index.ts'

interface Events {
  tick: number
  odd: unknown
}

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pawl-sink-'))
  path = join(folder, 'audit', 'events.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const seqsOf = async () => {
  const seqs: number[] = []
  for await (const event of readEvents(path)) seqs.push(event.seq)
  return seqs
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe.each([true, false])('the file sink (fsync %s)', (fsync) => {
  it('keeps each event as a line of JSON by the time publish resolves', async () => {
    await using sink = await openFileSink({ path, fsync })
    await using bus = createEventBus<Events>({ id: 'b', now: () => 7, sink: { to: sink } })
    await bus.publish('tick', 1, { runId: 'r' })
    expect(await readFile(path, 'utf8')).toBe(
      '{"id":"b:1","seq":1,"type":"tick","timestamp":7,"meta":{"runId":"r"},"payload":1}\n',
    )
  })

  it('puts files aside before they grow too large, and reads them all in order', async () => {
    await using sink = await openFileSink({ path, fsync, maxBytes: 1_000 })
    await using bus = createEventBus<Events>({ sink: { to: sink } })
    for (let n = 1; n <= 60; n++) await bus.publish('tick', n)
    const names = await readdir(join(folder, 'audit'))
    expect(names.length).toBeGreaterThan(5)
    expect(names).toContain('events.000001.jsonl')
    for (const name of names)
      expect((await stat(join(folder, 'audit', name))).size).toBeLessThanOrEqual(1_000)
    expect(await seqsOf()).toEqual(upTo(60))
  })
})

describe('the file sink', () => {
  it('goes on where another process left off, and cuts a line that was cut short', async () => {
    {
      await using sink = await openFileSink({ path, maxBytes: 300 })
      await using bus = createEventBus<Events>({ sink: { to: sink } })
      for (let n = 1; n <= 10; n++) await bus.publish('tick', n)
    }
    const before = (await readdir(join(folder, 'audit'))).length
    await appendFile(path, '{"id":"half')
    expect((await seqsOf()).length).toBe(10)
    await using sink = await openFileSink({ path, maxBytes: 300 })
    await using bus = createEventBus<Events>({ sink: { to: sink } })
    for (let n = 1; n <= 10; n++) await bus.publish('tick', n)
    expect(await seqsOf()).toEqual([...upTo(10), ...upTo(10)])
    expect((await readdir(join(folder, 'audit'))).length).toBeGreaterThan(before)
  })

  it('deletes the oldest files where it is told how many to keep', async () => {
    await using sink = await openFileSink({ path, maxBytes: 100, keep: 2 })
    await using bus = createEventBus<Events>({ sink: { to: sink } })
    for (let n = 1; n <= 20; n++) await bus.publish('tick', n)
    const names = (await readdir(join(folder, 'audit'))).sort()
    expect(names).toHaveLength(3)
    expect(names.at(-1)).toBe('events.jsonl')
    expect((await seqsOf()).at(-1)).toBe(20)
  })

  it('writes what is not JSON as null, with the reason', async () => {
    await using sink = await openFileSink({ path })
    await using bus = createEventBus<Events>({ sink: { to: sink } })
    expect((await bus.publish('odd', 1n)).errors).toEqual([])
    const line = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    expect(line).toMatchObject({ seq: 1, type: 'odd', payload: null, meta: {} })
    expect(line.error).toContain('BigInt')
  })

  it('takes a batch back that did not reach the disk, so that the next try writes it once', async () => {
    await using sink = await openFileSink({ path })
    await using bus = createEventBus<Events>({ sink: { to: sink, retryMs: 1 }, onError: () => {} })
    await bus.publish('tick', 1)
    const handle = await open(path)
    const everyHandle = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const broken = vi.spyOn(everyHandle, 'datasync').mockRejectedValueOnce(new Error('EIO'))
    const { errors } = await bus.publish('tick', 2)
    broken.mockRestore()
    expect(errors).toMatchObject([{ code: 'EVENT_BUS_SINK', cause: { message: 'EIO' } }])
    await bus.publish('tick', 3)
    expect(await seqsOf()).toEqual([1, 2, 3])
  })

  it('opens the file anew when it could not even take the batch back', async () => {
    await using sink = await openFileSink({ path })
    await using bus = createEventBus<Events>({ sink: { to: sink, retryMs: 1 }, onError: () => {} })
    await bus.publish('tick', 1)
    const handle = await open(path)
    const everyHandle = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const broken = vi.spyOn(everyHandle, 'datasync').mockRejectedValueOnce(new Error('EIO'))
    const stuck = vi.spyOn(everyHandle, 'truncate').mockRejectedValueOnce(new Error('EIO'))
    await bus.publish('tick', 2)
    broken.mockRestore()
    stuck.mockRestore()
    await bus.publish('tick', 3)
    expect(await seqsOf()).toEqual([1, 2, 3])
  })

  it('never touches a file that is not its own, and says which line is broken', async () => {
    await openFileSink({ path }).then((sink) => sink.close())
    await writeFile(path, 'dear diary, today')
    await expect(openFileSink({ path })).rejects.toMatchObject({ code: 'EVENT_BUS_SINK_BROKEN' })
    expect(await readFile(path, 'utf8')).toBe('dear diary, today')
    await writeFile(path, '{"id":"b:1","seq":1}\nrubbish\n{"id":"b:2","seq":2}\n')
    await expect(seqsOf()).rejects.toThrow('Line 2 of')
  })

  it('refuses what it cannot do', async () => {
    await expect(openFileSink({ path, maxBytes: 0 })).rejects.toMatchObject({ code: 'EVENT_BUS_BAD_OPTION' })
    await expect(openFileSink({ path, keep: -1 })).rejects.toMatchObject({ code: 'EVENT_BUS_BAD_OPTION' })
    const sink = await openFileSink({ path })
    await sink.close()
    await sink.close()
    await expect(sink.append([])).rejects.toThrow('is closed')
  })
})
