import type { Row } from '../row.ts'
import { withScratch } from '../scratch.ts'
import { crowded } from './crowd.ts'
import { longRun } from './long-run.ts'
import { type Places, postgresPlaces, sqlitePlaces } from './place.ts'

/** Whether step 10,000 costs what step 1 cost, and a claim beside a million finished runs what it cost beside none. */
export function measure(): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    await using postgres = await postgresPlaces()
    const rows = [...(await grow(postgres)), ...(await grow(sqlitePlaces(folder)))]
    return rows
  })
}

async function grow(places: Places): Promise<readonly Row[]> {
  const { prefix } = places
  return [
    ...(await longRun(await places.place('long'), prefix)),
    ...(await crowded(await places.place('empty'), await places.place('full'), prefix)),
  ]
}
