import { join } from 'node:path'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { median, type Row, rateRow } from '../row.ts'
import { withScratch } from '../scratch.ts'
import { Floor } from './floor.ts'
import { footprint } from './footprint.ts'
import { commitsPerSecond } from './load.ts'
import { measureServer } from './server.ts'

const ROUNDS = 7
const ROUND_MS = 500
const WARM_UP_MS = 300

interface Load {
  readonly name: string
  readonly atOnce: number
  /** Inserts in one transaction of the floor. */
  readonly batch: number
}

const LOADS: readonly Load[] = [
  { name: 'sqlite c1', atOnce: 1, batch: 1 },
  { name: 'sqlite c200', atOnce: 200, batch: 100 },
]

/** Durable commits a second against bare inserts on the same disk or server, in turn, as medians; then the rest. */
export function measure(): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    const rows: Row[] = []
    for (const load of LOADS) rows.push(await throughput(folder, load))
    return [...rows, ...(await measureServer()), ...(await footprint(folder))]
  })
}

async function throughput(folder: string, { name, atOnce, batch }: Load): Promise<Row> {
  await using store = await openSqliteStore({ path: join(folder, `${name}.db`) })
  const bare = new Floor(join(folder, `${name} floor.db`))
  const figures = { ours: [] as number[], floor: [] as number[] }
  bare.insertsPerSecond(batch, WARM_UP_MS)
  await commitsPerSecond(store, atOnce, WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round++) {
    figures.floor.push(bare.insertsPerSecond(batch, ROUND_MS))
    figures.ours.push(await commitsPerSecond(store, atOnce, ROUND_MS))
  }
  bare.close()
  return rateRow('store', name, 'commits/s', median(figures.ours), { floor: median(figures.floor) })
}
