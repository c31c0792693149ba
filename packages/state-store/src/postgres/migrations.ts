import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** The folder of the SQL files: as far from the sources as from what is built of them. */
const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url))

let loaded: readonly Migration[] | undefined

/** The files `0001-name.sql`, `0002-…` in their order. Append-only: what was released is never edited. */
export function migrations(): readonly Migration[] {
  loaded ??= readdirSync(FOLDER)
    .filter((file) => /^\d{4}-[a-z-]+\.sql$/.test(file))
    .sort()
    .map(readMigration)
  return loaded
}

function readMigration(file: string): Migration {
  // A checkout on Windows may have other line ends; the checksum is of the text.
  const sql = readFileSync(`${FOLDER}${file}`, 'utf8').replaceAll('\r\n', '\n')
  return {
    id: Number(file.slice(0, 4)),
    name: file.slice(5, -'.sql'.length),
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
  }
}
