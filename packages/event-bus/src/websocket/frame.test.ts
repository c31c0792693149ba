import type { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import * as ws from 'ws'
import { textFrame } from './frame.ts'

// What `ws` reads frames with; its types leave it out.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable }

it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
  'a frame of %i characters is read as it was written',
  async (length) => {
    const text = 'ü'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2)
    const receiver = new Receiver({ isServer: false })
    const read = new Promise<string>((resolve, reject) => {
      receiver.on('message', (data: Buffer) => resolve(data.toString()))
      receiver.on('error', reject)
    })
    receiver.write(textFrame(text))
    expect(await read).toBe(text)
  },
)
