import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes TCP on to a port, and can cut what it passes on. */
export interface CuttingProxy extends AsyncDisposable {
  readonly host: string
  /** Connections that are passed on right now. */
  readonly connections: number
  /** Connections that were cut so far. */
  readonly cuts: number
  /** Cuts all connections at once, as a pulled cable does; returns how many. */
  cut(): number
  /** Passes on so many more bytes from the server, then cuts in the middle of whatever that is. */
  cutAfter(bytes: number): void
}

export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const [targetHost = '', targetPort] = target.split(':')
  const pairs = new Set<readonly [Socket, Socket]>()
  let left = Number.POSITIVE_INFINITY
  let cuts = 0
  const cut = (): number => {
    const count = pairs.size
    cuts += count
    left = Number.POSITIVE_INFINITY
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    pairs.clear()
    return count
  }
  const server = createServer((near) => {
    const far = connect(Number(targetPort), targetHost)
    const pair = [near, far] as const
    pairs.add(pair)
    for (const socket of pair) {
      socket.setNoDelay()
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (bytes) => {
      const passed = bytes.subarray(0, left)
      left -= passed.length
      if (left > 0) near.write(passed)
      else near.write(passed, () => cut())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return pairs.size
    },
    get cuts() {
      return cuts
    },
    cut,
    cutAfter(bytes) {
      left = bytes
    },
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
