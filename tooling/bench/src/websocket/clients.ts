import { connect, type Socket } from 'node:net'
import { JOB, jobOf } from './protocol.ts'

// The clients' process: `node clients.ts`. They are bare sockets that count frames without looking into them, so that
// reading costs as little as possible and what is measured is the server.

/** What the bench tells its clients. */
export type Wish =
  /** Connect so many, to one job or each to its own. `reads: false`: never read. */
  | {
      readonly do: 'connect'
      readonly port: number
      readonly count: number
      readonly ownJobs: boolean
      readonly reads: boolean
    }
  /** Answer when all clients together have got so many events from now on. */
  | { readonly do: 'expect'; readonly events: number }
  /** Hang up. */
  | { readonly do: 'leave' }

const AT_ONCE = 50
const sockets: Socket[] = []
let got = 0
let wanted = Number.POSITIVE_INFINITY

process.on('message', (wish: Wish) => void carryOut(wish))
process.on('disconnect', () => process.exit())

async function carryOut(wish: Wish): Promise<void> {
  if (wish.do === 'connect') {
    let next = 0
    const lane = async () => {
      while (next < wish.count) {
        const own = next++
        await open(wish.port, wish.ownJobs ? jobOf(own) : JOB, wish.reads)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    // What greets the clients is through by now and does not count.
    await new Promise((resolve) => setTimeout(resolve, 300))
    got = 0
    process.send?.({})
  } else if (wish.do === 'expect') {
    wanted = wish.events
    got = 0
    process.send?.({})
  } else {
    for (const socket of sockets.splice(0)) socket.destroy()
    process.send?.({})
  }
}

function open(port: number, job: string, reads: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  socket.write(
    `GET /ws/progress/${job} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  return new Promise((resolve) => {
    socket.once('data', () => {
      const frames = new Frames()
      if (reads) socket.on('data', (bytes: Buffer) => count(frames.take(bytes)))
      else socket.pause()
      resolve()
    })
  })
}

function count(frames: number): void {
  got += frames
  if (got < wanted) return
  wanted = Number.POSITIVE_INFINITY
  process.send?.({ at: Date.now() })
}

/** Counts frames of a server, whose heads may be cut anywhere. */
class Frames {
  /** Bytes of the current frame that are still to come, its head read. */
  #left = 0
  #head: number[] = []

  take(bytes: Buffer): number {
    let frames = 0
    let at = 0
    while (at < bytes.length) {
      const skipped = Math.min(this.#left, bytes.length - at)
      this.#left -= skipped
      at += skipped
      if (at === bytes.length) break
      this.#head.push(bytes[at++]!)
      const length = lengthIn(this.#head)
      if (length === undefined) continue
      this.#left = length
      this.#head = []
      frames++
    }
    return frames
  }
}

function lengthIn(head: readonly number[]): number | undefined {
  const [, length, high, low] = head
  if (length === undefined) return undefined
  if (length < 126) return length
  return high === undefined || low === undefined ? undefined : high * 256 + low
}
