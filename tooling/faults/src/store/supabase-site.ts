import { setTimeout as sleep } from 'node:timers/promises'
import { openStateStore } from '@pawl/state-store'
import { startCutProxy } from '@pawl/testkit/cut-proxy'
import { startSupabase } from '@pawl/testkit/supabase'
import { killBackend, untilItAnswers } from './backend.ts'
import type { Site } from './site.ts'

/** How long PostgREST is away. */
const AWAY_MS = 150

/** Workers reach Postgres through PostgREST, over `@supabase/supabase-js`. */
export async function startSupabaseSite(): Promise<Site> {
  const project = await startSupabase({ durable: true })
  const straight = (namespace: string) => openStateStore({ connectionString: project.databaseUrl, namespace })
  await (await straight('first')).close()
  let resting: Promise<void> = Promise.resolve()
  return {
    name: 'supabase',
    blows: [
      'worker killed',
      'backend killed',
      'rest killed',
      'connections cut',
      'answer lost',
      'frozen, rival',
      'frozen, alone',
    ],
    inspect: straight,
    async killBackend() {
      await killBackend(project.adminUrl)
      await untilItAnswers(project.adminUrl)
    },
    killRest() {
      // Several rounds may want it at once; two that start it would leave one behind.
      resting = resting.then(async () => {
        await project.postgrest.kill()
        await sleep(AWAY_MS)
        await project.postgrest.start()
      })
      return resting
    },
    async openWay(namespace) {
      const proxy = await startCutProxy({ target: project.url })
      return {
        config: {
          engine: 'supabase',
          url: proxy.urlFor(project.url),
          key: project.serviceRoleKey,
          namespace,
        },
        cut: () => proxy.cut(),
        loseAnswer: () => void proxy.cutAfterRequest({ containing: '"op":"commit"' }),
        [Symbol.asyncDispose]: () => proxy.stop(),
      }
    },
    [Symbol.asyncDispose]: () => project.stop(),
  }
}
