import { DatabaseSync } from 'node:sqlite'

const PAYLOAD = 'x'.repeat(300)

/** The least that durable inserts cost on this disk: bare node:sqlite, WAL, synchronous=FULL, no checks at all. */
export class Floor {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec('pragma journal_mode = wal')
    this.#db.exec('pragma synchronous = full')
    this.#db.exec('create table entry (no integer primary key, payload text not null) strict')
  }

  /** Inserts a second over `ms` milliseconds, in transactions of `batch`. */
  insertsPerSecond(batch: number, ms: number): number {
    const insert = this.#db.prepare('insert into entry (payload) values (?)')
    let inserts = 0
    const began = performance.now()
    const until = began + ms
    while (performance.now() < until) {
      if (batch > 1) this.#db.exec('begin immediate')
      for (let count = 0; count < batch; count++) insert.run(PAYLOAD)
      if (batch > 1) this.#db.exec('commit')
      inserts += batch
    }
    return (inserts * 1_000) / (performance.now() - began)
  }

  close(): void {
    this.#db.close()
  }
}
