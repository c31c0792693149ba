import { join } from 'node:path'
import { openPostgresStore } from '@pawl/state-store/postgres'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { openSupabaseStore } from '@pawl/state-store/supabase'
import { startSupabase } from '@pawl/testkit/supabase'
import pg from 'pg'
import { installPeers } from '../peers.ts'
import { median, type Row, rateRow } from '../row.ts'
import { withScratch } from '../scratch.ts'
import { openDbos } from './dbos.ts'
import type { Engine } from './engine.ts'
import { openLangGraph } from './langgraph.ts'
import { openWorkflowOnPostgres, openWorkflowOnSqlite } from './openworkflow.ts'
import { bareStore, callsPerStep, openOurs } from './ours.ts'
import { openRestate } from './restate.ts'

const ROUNDS = 3
const ROUND_MS = 1_500
const WARM_UP_MS = 700

/**
 * Whole workflows, steps a second: ours and the peers in turn, on the same disk or the same durable server (Restate on
 * its own), as medians over a few rounds. The floor is our bare store doing the same commits.
 */
export async function measure(): Promise<readonly Row[]> {
  await installPeers()
  return [...(await onSqlite()), ...(await onServer())]
}

function onSqlite(): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    await using ours = await openOurs({ path: join(folder, 'pawl.db') })
    await using floor = bareStore(await openSqliteStore({ path: join(folder, 'floor.db') }))
    await using peer = await openWorkflowOnSqlite(join(folder, 'openworkflow.db'))
    const rows: Row[] = []
    for (const atOnce of [1, 200]) rows.push(...(await compare('sqlite', atOnce, { ours, floor }, [peer])))
    const calls = await callsPerStep(() => openSqliteStore({ path: join(folder, 'calls.db') }))
    return [
      ...rows,
      rateRow('steps', 'store calls per step, graph', 'calls', calls.graph, {}),
      rateRow('steps', 'store calls per step, code', 'calls', calls.code, {}),
    ]
  })
}

function onServer(): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    await using project = await startSupabase({ version: 18, durable: true })
    const { databaseUrl, url, serviceRoleKey: key } = project
    await using ours = await openOurs({ connectionString: databaseUrl })
    await using floor = bareStore(
      await openPostgresStore({ connectionString: databaseUrl, namespace: 'bare' }),
    )
    await using dbos = await openDbos(await newDatabase(databaseUrl, 'dbos'))
    await using open = await openWorkflowOnPostgres(await newDatabase(databaseUrl, 'openworkflow'))
    await using graph = await openLangGraph(await newDatabase(databaseUrl, 'langgraph'))
    await using restate = await openRestate(folder)
    const rows: Row[] = []
    for (const atOnce of [1, 200])
      rows.push(...(await compare('postgres', atOnce, { ours, floor }, [dbos, open, graph, restate])))
    await using door = await openSupabaseStore({ url, key, namespace: 'http' })
    await using overHttp = await openOurs(door)
    await using bare = bareStore(await openSupabaseStore({ url, key, namespace: 'bare' }))
    rows.push(...(await compare('supabase', 200, { ours: overHttp, floor: bare }, [dbos])))
    return rows
  })
}

/** One row a peer. Everybody warms up, then each has its turn in every round. */
async function compare(
  place: string,
  atOnce: number,
  { ours, floor }: { readonly ours: Engine; readonly floor: Engine },
  peers: readonly Engine[],
): Promise<readonly Row[]> {
  const engines = [ours, floor, ...peers]
  const figures = new Map<Engine, number[]>(engines.map((engine) => [engine, []]))
  for (const engine of engines) await engine.stepsPerSecond(atOnce, WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round++) {
    for (const engine of engines) figures.get(engine)?.push(await engine.stepsPerSecond(atOnce, ROUND_MS))
  }
  const of = (engine: Engine) => median(figures.get(engine) ?? [])
  return peers.map((peer) =>
    rateRow('steps', `${place} c${atOnce}`, 'steps/s', of(ours), {
      floor: of(floor),
      peerName: peer.name,
      peer: of(peer),
    }),
  )
}

/** An empty database beside ours, so that engines share the server and nothing else. */
async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create database "${name}"`)
  } finally {
    await client.end()
  }
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}
