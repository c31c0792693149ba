import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeldQueue } from './held-queue.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const drain = (queue: HeldQueue): string[] => {
  const out: string[] = []
  for (;;) {
    const next = queue.take()
    if (!next) return out
    if ('bytes' in next) out.push(new TextDecoder().decode(next.bytes))
    else out.push(`${next.job} ${next.gap.from}-${next.gap.to} (${next.gap.dropped})`)
  }
}
const add = (queue: HeldQueue, job: string, seq: number, key?: string) =>
  queue.addEvent({ job, seq, key, bytes: bytesOf(`${job}${seq}`) })

describe('HeldQueue', () => {
  it('keeps the order, and of one key the newest, with a marker where the older ones were', () => {
    const queue = new HeldQueue()
    add(queue, 'a', 1, 'p')
    add(queue, 'a', 2)
    add(queue, 'b', 3, 'p')
    add(queue, 'a', 4, 'p')
    queue.addBytes(bytesOf('hello'))
    add(queue, 'a', 5, 'p')
    expect(drain(queue)).toEqual(['a 1-1 (1)', 'a2', 'b3', 'a 4-4 (1)', 'hello', 'a5'])
    expect([queue.bytes, queue.size, queue.leftOut]).toEqual([0, 0, 2])
  })

  it('joins markers, so that progress alone never grows', () => {
    const queue = new HeldQueue()
    for (let seq = 1; seq <= 1000; seq++) add(queue, 'a', seq, `p${seq % 3}`)
    expect(queue.size).toBe(4)
    expect(queue.bytes).toBeLessThan(1_100)
    expect(drain(queue)).toEqual(['a 1-997 (997)', 'a998', 'a999', 'a1000'])
  })

  it('accounts for every event, sent or named in a marker, in order, and for every byte', () => {
    const step = fc.record({
      job: fc.constantFrom('a', 'b'),
      key: fc.constantFrom(undefined, undefined, 'p', 'q'),
      takes: fc.nat(2),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new HeldQueue()
        const covered: { [job: string]: number[] } = { a: [], b: [] }
        const note = (text: string) => {
          const [, job = '', from, to] = /^([ab]) ?(\d+)(?:-(\d+))?/.exec(text) ?? []
          for (let seq = Number(from); seq <= Number(to ?? from); seq++) covered[job]?.push(seq)
        }
        const takeOne = () => {
          const next = queue.take()
          if (!next) return
          note(
            'bytes' in next
              ? new TextDecoder().decode(next.bytes)
              : `${next.job} ${next.gap.from}-${next.gap.to}`,
          )
        }
        const last: { [job: string]: number } = { a: 0, b: 0 }
        for (const { job, key, takes } of steps) {
          last[job] = (last[job] ?? 0) + 1
          add(queue, job, last[job], key)
          for (let n = 0; n < takes; n++) takeOne()
        }
        for (const text of drain(queue)) note(text)
        for (const job of ['a', 'b']) {
          expect(covered[job]).toEqual(Array.from({ length: last[job] ?? 0 }, (_, index) => index + 1))
        }
        expect([queue.size, queue.bytes]).toEqual([0, 0])
      }),
    )
  })
})
