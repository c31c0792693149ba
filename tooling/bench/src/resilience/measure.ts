import { installPeers } from '../peers.ts'
import { median, type Row } from '../row.ts'
import { callCost, type Load } from './call-cost.ts'
import { bare, type Case, cases } from './subjects.ts'

// What a policy costs a call that succeeds at once: the time of the call under it, less that of the bare call. Not
// measured: what a failure costs, which its backoff outweighs by far, and memory.

const ROUNDS = 9

const LOADS: readonly (Load & { readonly name: string })[] = [
  { name: 'one after the other', calls: 40_000, atOnce: 1 },
  { name: '100 at once', calls: 40_000, atOnce: 100 },
]

/** Overhead of ours and of each peer in turn, as medians over some rounds after a first one that warms up. */
export async function measure(): Promise<readonly Row[]> {
  await installPeers()
  const rows: Row[] = []
  for (const load of LOADS) {
    for (const one of await cases()) rows.push(await overhead(one, load))
  }
  return rows
}

async function overhead({ name, ours, peerName, peer }: Case, load: (typeof LOADS)[number]): Promise<Row> {
  const figures = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round <= ROUNDS; round++) {
    const call = await callCost(bare, load)
    const under = { ours: await callCost(ours, load), peer: await callCost(peer, load) }
    if (round === 0) continue
    figures.ours.push(under.ours - call)
    figures.peer.push(under.peer - call)
  }
  const [own, other] = [median(figures.ours), median(figures.peer)]
  return {
    bench: 'resilience',
    case: `${name}, ${load.name}`,
    unit: 'µs/call over bare',
    ours: own,
    peerName,
    peer: other,
    ratio: other / own,
    floor: null,
    floorRatio: null,
  }
}
