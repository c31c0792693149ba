import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StateStore } from '@pawl/state-store'
import { openPostgresStore } from '@pawl/state-store/postgres'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { startPostgres } from '@pawl/testkit/postgres'
import pg from 'pg'

/** A database that a growth bench fills. */
export interface Place {
  open(): Promise<StateStore>
  /** What the journals and the runs occupy, in bytes, indexes included. */
  bytes(): Promise<number>
  /** Puts finished runs into the table, as if they had been there for long. */
  crowd(runs: number): Promise<void>
}

/** An engine, and as many empty databases of it as one asks for. */
export interface Places extends AsyncDisposable {
  /** Goes before the names of the cases. */
  readonly prefix: string
  place(name: string): Promise<Place>
}

const RUN = `namespace, id, type, definition_version, format, status, version, fence, bytes, created_at, updated_at, finished_at`
const ENTRY = 'run_no, version, epoch, fence, format, kind, payload, meta, at'

export async function postgresPlaces(): Promise<Places> {
  const server = await startPostgres({ version: 18, durable: true, settings: ['max_wal_size=4GB'] })
  return {
    prefix: '',
    async place(name) {
      const url = await server.createDatabase(name)
      const ask = async <T>(sql: string, values: readonly unknown[] = []): Promise<T> => {
        const client = new pg.Client({ connectionString: url })
        await client.connect()
        try {
          return (await client.query(sql, [...values])).rows[0] as T
        } finally {
          await client.end()
        }
      }
      return {
        open: () => openPostgresStore({ connectionString: url, pollMs: 0 }),
        bytes: async () =>
          Number(
            (
              await ask<{ bytes: string }>(
                `select pg_total_relation_size('pawl.entry') + pg_total_relation_size('pawl.run') as bytes`,
              )
            ).bytes,
          ),
        async crowd(runs) {
          await ask(
            `insert into pawl.run (${RUN})
             select 'default', gen_random_uuid()::text, 'crowd', '1', 1, 'completed', 2, 1, 40, n, n, n
             from generate_series(1, $1) n`,
            [runs],
          )
          await ask(
            `insert into pawl.entry (${ENTRY})
             select no, 1, 0, 0, 1, 'started', 'null', '{}', 1 from pawl.run where type = 'crowd'`,
          )
          await ask('analyze pawl.run')
          await ask('analyze pawl.entry')
          await ask('checkpoint')
        },
      }
    },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

export function sqlitePlaces(folder: string): Places {
  return {
    prefix: 'sqlite ',
    async place(name) {
      const path = join(folder, `${name}.db`)
      const withFile = <T>(use: (db: DatabaseSync) => T): T => {
        const db = new DatabaseSync(path)
        try {
          return use(db)
        } finally {
          db.close()
        }
      }
      return {
        open: () => openSqliteStore({ path }),
        bytes: async () =>
          withFile((db) => {
            const { pages } = db
              .prepare('select page_count * page_size as pages from pragma_page_count, pragma_page_size')
              .get() as { pages: number }
            return pages
          }),
        crowd: async (runs) =>
          withFile((db) => {
            db.exec(`
              begin;
              insert into run (${RUN})
              with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${runs})
              select 'default', lower(hex(randomblob(16))), 'crowd', '1', 1, 'completed', 2, 1, 40, n, n, n from numbers;
              insert into entry (${ENTRY})
              select no, 1, 0, 0, 1, 'started', 'null', '{}', 1 from run where type = 'crowd';
              commit;
              pragma wal_checkpoint(truncate);`)
          }),
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}
