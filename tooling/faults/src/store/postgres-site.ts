import { openStateStore } from '@pawl/state-store'
import { startCutProxy } from '@pawl/testkit/cut-proxy'
import { startPostgres } from '@pawl/testkit/postgres'
import { killBackend, untilItAnswers } from './backend.ts'
import type { Site } from './site.ts'

/** Workers reach Postgres over `pg`. Commits wait for the disk, as in production. */
export async function startPostgresSite(): Promise<Site> {
  const server = await startPostgres({ durable: true })
  const straight = (namespace: string) => openStateStore({ connectionString: server.url, namespace })
  await (await straight('first')).close()
  return {
    name: 'postgres',
    blows: [
      'worker killed',
      'backend killed',
      'connections cut',
      'answer lost',
      'frozen, rival',
      'frozen, alone',
    ],
    inspect: straight,
    killRest: () => Promise.reject(new Error('There is no PostgREST on the way to Postgres over pg.')),
    async killBackend() {
      await killBackend(server.url)
      await untilItAnswers(server.url)
    },
    async openWay(namespace) {
      const proxy = await startCutProxy({ target: server.url })
      return {
        config: { connectionString: proxy.urlFor(server.url), namespace, timeoutMs: 5_000 },
        cut: () => proxy.cut(),
        loseAnswer: () => void proxy.cutAfterRequest({ containing: '"op":"commit"' }),
        [Symbol.asyncDispose]: () => proxy.stop(),
      }
    },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
