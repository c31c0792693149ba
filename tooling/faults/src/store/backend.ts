import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const PAUSE_MS = 50
const PATIENCE_MS = 30_000

/**
 * SIGKILL of one server process that serves somebody else. The server then ends all of them and recovers from its log
 * (postgresql.org/docs/current/server-shutdown.html).
 */
export async function killBackend(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(`
      select pid from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1`)
    for (const { pid } of rows) process.kill(pid, 'SIGKILL')
  }).catch(() => {
    // The one who asked is ended too, perhaps before it has its answer.
  })
}

/** Waits until the server has recovered. */
export async function untilItAnswers(url: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await withClient(url, async (client) => void (await client.query('select 1')))
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(PAUSE_MS)
    }
  }
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}
