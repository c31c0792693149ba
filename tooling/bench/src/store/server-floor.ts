import pg from 'pg'

const PAYLOAD = 'x'.repeat(300)

/**
 * The least that a durable insert through a function costs on a server: a function that inserts and judges nothing,
 * into a table with a primary key alone, called once a row, or once for a batch that travels as one JSON parameter.
 */
export class ServerFloor implements AsyncDisposable {
  readonly #client: pg.Client

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async open(url: string): Promise<ServerFloor> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`
      create schema floor;
      create table floor.entry (no bigint generated always as identity primary key, payload text not null);
      create function floor.insert_one(p_payload text) returns void language plpgsql as $$
      begin
        insert into floor.entry (payload) values (p_payload);
      end $$;
      create function floor.insert_all(p_rows jsonb) returns void language plpgsql as $$
      begin
        insert into floor.entry (payload) select payload from jsonb_to_recordset(p_rows) as one (payload text);
      end $$;`)
    return new ServerFloor(client)
  }

  /** Inserts a second over `ms` milliseconds, one call after the other on one connection. */
  async insertsPerSecond(batch: number, ms: number): Promise<number> {
    const rows = JSON.stringify(Array.from({ length: batch }, () => ({ payload: PAYLOAD })))
    const call =
      batch === 1
        ? { text: 'select floor.insert_one($1)', values: [PAYLOAD] }
        : { text: 'select floor.insert_all($1::text::jsonb)', values: [rows] }
    let inserts = 0
    const began = performance.now()
    while (performance.now() < began + ms) {
      await this.#client.query(call)
      inserts += batch
    }
    return (inserts * 1_000) / (performance.now() - began)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.end()
  }
}
