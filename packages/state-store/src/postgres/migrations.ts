import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FUNCTIONS, type Migration } from './migration.ts'

// Reads the SQL files of this package. In what is published, the build has put their text in the place of this module's
// reading (`build/embed-sql.ts`), so that a program that is bundled into one file has it too.

/** The folder of the SQL files: as far from the sources as from what is built of them. */
const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url))

/**
 * The number of the present functions, past every file that they stand on. The first release that changes one of them
 * raises it: a database then gets them all anew, and an older program is told that it is older.
 */
const FUNCTIONS_ID = 11

let loaded: readonly Migration[] | undefined

/**
 * What makes the schema, in order: the files `sql/NNNN-name.sql`, append-only, since what was released is never
 * edited; then all of `sql/functions`, `sql/views` and `sql/access` as one migration, which replaces what an older
 * release left.
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
  // Views come after the functions that they call; those that others stand on have a digit before their name. Rights
  // come last: they are about everything that stands before them.
  const sql = ['functions/', 'views/', 'access/'].flatMap((folder) =>
    filesOf(folder, /\.sql$/).map((file) => read(`${folder}${file}`)),
  )
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
