import { startRedis } from '@pawl/testkit/redis'
import { installPeers } from '../peers.ts'
import { median, type Row, rateRow } from '../row.ts'
import { beeQueue } from './bee-queue.ts'
import { bullmq } from './bullmq.ts'
import { floor } from './floor.ts'
import { LATENCIES, type Latency, latency } from './latency.ts'
import type { Load } from './load.ts'
import { ours } from './ours.ts'
import { type Throughput, throughput } from './throughput.ts'

// 50,000 messages of 300 bytes through one Redis, producer and consumer in this process, concurrency 50. Ours keeps a
// thousand sessions in order and fences acknowledgements; the peers do neither. The floor is bare streams. One Redis
// on this machine, without persistence; nothing is measured here of networks, replicas or clusters.

const MESSAGES = 50_000
const ROUNDS = 3

const ENGINES = { ours, floor, bullmq, 'bee-queue': beeQueue }
type Name = keyof typeof ENGINES

const CASES: readonly { readonly fields: Load['fields']; readonly names: readonly Name[] }[] = [
  { fields: 'default', names: ['ours', 'floor', 'bullmq', 'bee-queue'] },
  { fields: 'full', names: ['ours', 'floor', 'bullmq'] },
]

export async function measure(): Promise<readonly Row[]> {
  await installPeers()
  await using redis = await startRedis()
  const rows: Row[] = []
  for (const { fields, names } of CASES) {
    for (const produced of ['single', 'bulk'] as const) {
      const load: Load = { messages: MESSAGES, fields, produced }
      const results = await inTurns(names, ROUNDS, (name) => throughput(redis.url, load, ENGINES[name]))
      rows.push(...throughputRows(load, results))
    }
  }
  const paced = Object.keys(LATENCIES)
  const latencies = await inTurns(paced, ROUNDS, (name) => latency(redis.url, LATENCIES[name]!))
  return [...rows, ...latencyRows(latencies)]
}

/** Several rounds of each, one after the other, so that what else the machine does falls on all alike. */
async function inTurns<N extends string, T>(
  names: readonly N[],
  rounds: number,
  run: (name: N) => Promise<T>,
): Promise<Map<N, T[]>> {
  const results = new Map<N, T[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name)!.push(await run(name))
  }
  return results
}

function throughputRows({ fields, produced }: Load, results: Map<Name, Throughput[]>): Row[] {
  const name = `throughput ${fields === 'default' ? 'default' : 'id+priority+ttl'} ${produced}`
  const of = (engine: Name, field: keyof Throughput): number =>
    median(results.get(engine)!.map((result) => result[field]))
  const peers = (['bullmq', 'bee-queue'] as const).filter((peer) => results.has(peer))
  return peers.flatMap((peerName) => [
    rateRow('queue', name, 'messages/s', of('ours', 'rate'), {
      floor: of('floor', 'rate'),
      peerName,
      peer: of(peerName, 'rate'),
    }),
    costRow(name, 'commands/message', of('ours', 'commands'), peerName, of(peerName, 'commands')),
    ...(peerName === 'bullmq'
      ? [costRow(name, 'client calls/message', of('ours', 'scripts'), peerName, of(peerName, 'scripts'))]
      : []),
  ])
}

function latencyRows(results: Map<string, Latency[]>): Row[] {
  const of = (engine: string, field: keyof Latency): number =>
    median(results.get(engine)!.map((result) => result[field]))
  return ['ours', 'ours, two processes'].flatMap((engine) =>
    (['p50', 'p99'] as const).flatMap((field) =>
      ['bullmq', 'bee-queue'].map((peer) =>
        costRow(`latency ${field} (${engine})`, 'ms', of(engine, field), peer, of(peer, field)),
      ),
    ),
  )
}

/** A row of something where less is better. */
function costRow(name: string, unit: string, ours: number, peerName: string, peer: number): Row {
  return {
    bench: 'queue',
    case: name,
    unit,
    ours,
    peerName,
    peer,
    ratio: peer / ours,
    floor: null,
    floorRatio: null,
  }
}
