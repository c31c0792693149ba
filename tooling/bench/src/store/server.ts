import { openPostgresStore, type PostgresPool } from '@pawl/state-store/postgres'
import { openSupabaseStore } from '@pawl/state-store/supabase'
import { startSupabase } from '@pawl/testkit/supabase'
import pg from 'pg'
import { median, type Row, rateRow } from '../row.ts'
import { commitsPerSecond } from './load.ts'
import { ServerFloor } from './server-floor.ts'

const ROUNDS = 7
const ROUND_MS = 1_500
const WARM_UP_MS = 2_000

/** Commits over `pg` and over PostgREST to one durable Postgres, against bare function calls on it, in turn. */
export async function measureServer(): Promise<readonly Row[]> {
  await using project = await startSupabase({ version: 18, durable: true })
  const pool = new pg.Pool({ connectionString: project.databaseUrl })
  pool.on('error', () => {})
  const counted = countingPool(pool)
  await using direct = await openPostgresStore({ pool: counted, pollMs: 0 })
  await using door = await openSupabaseStore({ url: project.url, key: project.serviceRoleKey, pollMs: 0 })
  await using floor = await ServerFloor.open(project.databaseUrl)

  const figures = {
    floor1: [] as number[],
    floor100: [] as number[],
    c1: [] as number[],
    c200: [] as number[],
    door: [] as number[],
  }
  await floor.insertsPerSecond(100, WARM_UP_MS)
  await commitsPerSecond(direct, 200, WARM_UP_MS)
  await commitsPerSecond(door, 200, WARM_UP_MS)
  let calls = 0
  let commits = 0
  for (let round = 0; round < ROUNDS; round++) {
    figures.floor1.push(await floor.insertsPerSecond(1, ROUND_MS))
    figures.c1.push(await commitsPerSecond(direct, 1, ROUND_MS))
    figures.floor100.push(await floor.insertsPerSecond(100, ROUND_MS))
    const before = counted.calls
    const began = performance.now()
    const rate = await commitsPerSecond(direct, 200, ROUND_MS)
    commits += (rate * (performance.now() - began)) / 1_000
    calls += counted.calls - before
    figures.c200.push(rate)
    figures.door.push(await commitsPerSecond(door, 200, ROUND_MS))
  }
  await pool.end()
  const inBatches = median(figures.floor100)
  return [
    rateRow('store', 'postgres c1', 'commits/s', median(figures.c1), { floor: median(figures.floor1) }),
    rateRow('store', 'postgres c200', 'commits/s', median(figures.c200), { floor: inBatches }),
    rateRow('store', 'postgres calls per commit, c200', 'calls', calls / commits, {}),
    rateRow('store', 'supabase c200', 'commits/s', median(figures.door), { floor: inBatches }),
  ]
}

/** A pool that counts the calls through it. */
function countingPool(pool: pg.Pool): PostgresPool & { readonly calls: number } {
  let calls = 0
  return {
    get calls() {
      return calls
    },
    query(query) {
      calls += 1
      return pool.query(query as pg.QueryConfig)
    },
    connect: async () => (await pool.connect()) as unknown as Awaited<ReturnType<PostgresPool['connect']>>,
  }
}
