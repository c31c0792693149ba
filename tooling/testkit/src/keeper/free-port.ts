import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that Linux, macOS and Windows hand out for outgoing connections, so that a server which was killed
 * finds its port free when it is started again: nobody's connection took it in between.
 */
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 100

/** A port of the loopback that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    if (await isFree(port)) return port
  }
  throw new Error(
    `No free port between ${LOWEST} and ${HIGHEST} on 127.0.0.1 was found in ${ATTEMPTS} attempts.`,
  )
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
