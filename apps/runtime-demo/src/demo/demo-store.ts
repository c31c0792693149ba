import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** How a process of the demo opens the store: plain JSON, which a worker is given as an argument. */
export type StoreConfig = { readonly path: string } | { readonly namespace: string }

/** Variables by which the environment names a database; the store decides among them, and says what is missing. */
const NAMES_A_DATABASE = [
  'SUPABASE_URL',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'PAWL_DATABASE_URL',
  'DATABASE_URL',
]

/**
 * The database of the environment, if it names one, with a namespace of this demo's own: other runs of these workflows
 * must not be taken up by its workers, one of which dies. Otherwise a file of this process's own in `folder`.
 */
export function chooseStore(folder: string, environment: NodeJS.ProcessEnv, pid: number): StoreConfig {
  if (NAMES_A_DATABASE.some((name) => environment[name])) {
    return { namespace: `demo-${crypto.randomUUID().slice(0, 8)}` }
  }
  return { path: join(folder, `store-${pid}.db`) }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It belongs to somebody else, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes the store files of demos that are over. The newest one stays until the next demo, to be looked at. */
export async function removeOldStores(folder: string, pid: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = /^store-(\d+)\.db(?:-wal|-shm|-journal)?$/.exec(name)?.[1]
    if (owner === undefined) continue
    // A file with this process's number is what an earlier process of that number left.
    if (Number(owner) === pid || !isAlive(Number(owner))) await rm(join(folder, name), { force: true })
  }
}
