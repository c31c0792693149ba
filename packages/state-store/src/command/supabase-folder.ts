import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Migration } from '../postgres/migration.ts'
import { migrationFile } from './sql-files.ts'

/** As the Supabase CLI names its files: the UTC time in 14 digits orders them. */
const ANY = /^(\d{14})_.*\.sql$/
const OURS = /^\d{14}_pawl_(\d{4})_[a-z_]+\.sql$/

/**
 * Writes what a folder of migrations lacks, one file for each migration, behind the files that are there; says what it
 * wrote. Files of earlier releases stay: they were applied, and are never changed.
 */
export async function writeFolder(folder: string, known: readonly Migration[], now: Date): Promise<string> {
  await mkdir(folder, { recursive: true })
  const files = await readdir(folder)
  const written = new Set(files.map((file) => Number(OURS.exec(file)?.[1])))
  const missing = known.filter(({ id }) => !written.has(id))
  if (missing.length === 0) return `${folder} was up to date.\n`
  const last = files
    .map((file) => ANY.exec(file)?.[1] ?? '')
    .sort()
    .at(-1)
  let at = Math.max(now.getTime(), timeOf(last) + 1_000)
  const made: string[] = []
  for (const migration of missing) {
    const name = `${stampOf(at)}_pawl_${String(migration.id).padStart(4, '0')}_${migration.name.replaceAll('-', '_')}.sql`
    await writeFile(join(folder, name), migrationFile(migration), { flag: 'wx' })
    made.push(name)
    at += 1_000
  }
  return `${folder} got:\n${made.map((name) => `  ${name}\n`).join('')}`
}

/** `20250131235959` and back. */
const stampOf = (time: number): string => new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14)

function timeOf(stamp: string | undefined): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(stamp ?? '')?.map(Number) ?? []
  // Numbers that are no date, as people write them by hand, are carried over into one.
  return year === undefined ? 0 : Date.UTC(year, month! - 1, day, hour, minute, second)
}
