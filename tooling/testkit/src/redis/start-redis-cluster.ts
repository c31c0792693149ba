import { Redis } from 'ioredis'
import { freePort } from '../keeper/free-port.ts'
import { type RedisServer, startRedis } from './start-redis.ts'

/** Redis servers that share the slots of one Cluster evenly, each a primary without replicas. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

const SLOTS = 16_384
const PAUSE_MS = 50
const WHOLE_WITHIN_MS = 30_000

/** Starts the servers, and resolves when all of them say that the Cluster is whole. */
export async function startRedisCluster(count = 3): Promise<RedisCluster> {
  const nodes: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (let n = 0; n < count; n++) nodes.push(await startNode())
    await join(nodes)
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, stop, [Symbol.asyncDispose]: stop }
}

/** Its second port is given, since Redis would add 10,000 to the first, which may be beyond the last one. */
const startNode = async (): Promise<RedisServer> =>
  startRedis({
    settings: {
      'cluster-enabled': 'yes',
      'cluster-announce-ip': '127.0.0.1',
      'cluster-port': String(await freePort()),
    },
  })

async function join(nodes: readonly RedisServer[]): Promise<void> {
  const clients = nodes.map((node) => new Redis(node.url))
  try {
    const share = Math.ceil(SLOTS / nodes.length)
    for (const [n, client] of clients.entries())
      await client.call('CLUSTER', 'ADDSLOTSRANGE', n * share, Math.min((n + 1) * share, SLOTS) - 1)
    const [first, ...others] = clients
    for (const other of others) await first?.call('CLUSTER', 'MEET', ...(await address(other)))
    const giveUpAt = Date.now() + WHOLE_WITHIN_MS
    for (const client of clients)
      while (!(await isWhole(client, nodes.length))) {
        if (Date.now() > giveUpAt) throw new Error(`The Cluster was not whole within ${WHOLE_WITHIN_MS} ms.`)
        await pause()
      }
  } finally {
    for (const client of clients) client.disconnect()
  }
}

/** Host, port and the port on which the nodes talk. */
async function address(client: Redis): Promise<[string, number, number]> {
  const [, bus] = (await client.call('CONFIG', 'GET', 'cluster-port')) as [string, string]
  return [client.options.host as string, client.options.port as number, Number(bus)]
}

async function isWhole(client: Redis, count: number): Promise<boolean> {
  const told = String(await client.call('CLUSTER', 'INFO'))
  return /cluster_state:ok/.test(told) && told.includes(`cluster_size:${count}`)
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
