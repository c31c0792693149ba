import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chooseStore, removeOldStores } from './demo-store.ts'

it('keeps the runs in a file of its own unless the environment names a database', () => {
  expect(chooseStore('/x', {}, 7)).toEqual({ path: '/x/store-7.db' })
  expect(chooseStore('/x', { DATABASE_URL: '' }, 7)).toEqual({ path: '/x/store-7.db' })
  for (const name of ['DATABASE_URL', 'PAWL_DATABASE_URL', 'SUPABASE_URL', 'SUPABASE_SECRET_KEY']) {
    const chosen = chooseStore('/x', { [name]: 'set' }, 7)
    expect(chosen).toEqual({ namespace: expect.stringMatching(/^demo-[0-9a-f]{8}$/) })
    expect(chooseStore('/x', { [name]: 'set' }, 7)).not.toEqual(chosen)
  }
})

it('removes the stores of demos that are over, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-stores-'))
  try {
    // No process has a number beyond the largest that Linux gives.
    const over = 4_194_305
    const files = [
      ...[`store-${over}.db`, `store-${over}.db-wal`, `store-${over}.db-shm`, `store-${process.pid}.db`],
      ...[`store-${process.ppid}.db`, 'store-mine.db', 'notes.txt'],
    ]
    for (const name of files) await writeFile(join(folder, name), '')
    await removeOldStores(folder, process.pid)
    expect((await readdir(folder)).sort()).toEqual(
      ['notes.txt', `store-${process.ppid}.db`, 'store-mine.db'].sort(),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
