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

/** What the migration of the functions is called, in every release. */
export const FUNCTIONS = 'functions'

/**
 * The number of the present functions, past every file that they stand on. The first release that changes one of them
 * raises it: a database then gets them all anew, and an older program is told that it is older.
 */
const FUNCTIONS_ID = 2

let loaded: readonly Migration[] | undefined

/**
 * What makes the schema, in order: the files `sql/NNNN-name.sql`, append-only, since what was released is never
 * edited; then all of `sql/functions` as one migration, which replaces what an older release left.
 */
export function migrations(): readonly Migration[] {
  loaded ??= [...readTables(), readFunctions()]
  return loaded
}

const readTables = (): readonly Migration[] =>
  filesOf('', /^\d{4}-[a-z-]+\.sql$/).map((file) =>
    migrationOf(Number(file.slice(0, 4)), file.slice(5, -'.sql'.length), read(file)),
  )

function readFunctions(): Migration {
  const sql = filesOf('functions/', /\.sql$/).map((file) => read(`functions/${file}`))
  // One may call another that comes later in the alphabet.
  return migrationOf(FUNCTIONS_ID, FUNCTIONS, ['set local check_function_bodies = off;\n', ...sql].join('\n'))
}

const filesOf = (folder: string, names: RegExp): readonly string[] =>
  readdirSync(`${FOLDER}${folder}`)
    .filter((file) => names.test(file))
    .sort()

/** A checkout on Windows may have other line ends; the checksum is of the text. */
const read = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8').replaceAll('\r\n', '\n')

const migrationOf = (id: number, name: string, sql: string): Migration => ({
  id,
  name,
  sql,
  checksum: createHash('sha256').update(sql).digest('hex'),
})
