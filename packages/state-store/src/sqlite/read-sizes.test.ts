import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type Bounds, prepareSizes } from './read-sizes.ts'

const db = new DatabaseSync(':memory:')
db.exec(`
  create table large (no integer primary key, text text);
  create index by_text on large (text);
  create table small (a text, b text, primary key (a, b)) without rowid;
  create table empty (a text)`)
const insert = db.prepare('insert into large (text) values (?)')
for (let number = 0; number < 5_000; number++) insert.run(`${number} ${'x'.repeat(200)}`)
const put = db.prepare('insert into small values (?, ?)')
for (let number = 0; number < 50; number++) put.run(`${number}`, 'y')

const sizes = (bounds?: Bounds) =>
  Object.fromEntries(prepareSizes(db, bounds)().map(({ table, rows, bytes }) => [table, { rows, bytes }]))

const hasWeights = (): boolean => {
  try {
    db.prepare('select 1 from dbstat limit 1').get()
    return true
  } catch {
    return false
  }
}

// Node 22 has a SQLite that cannot weigh; CI runs the suite on newer ones.
test.runIf(hasWeights())('a file of some size is counted and weighed, indexes included', () => {
  const { large, small, empty } = sizes()
  expect([large?.rows, small?.rows, empty?.rows]).toEqual([
    { value: 5_000, exact: true },
    { value: 50, exact: true },
    { value: 0, exact: true },
  ])
  const { page_count, page_size } = {
    ...db.prepare('pragma page_count').get(),
    ...db.prepare('pragma page_size').get(),
  }
  const whole = [large, small, empty].reduce((sum, one) => sum + (one?.bytes.value ?? 0), 0)
  // All but the page of the schema.
  expect(whole).toBe((Number(page_count) - 1) * Number(page_size))
  expect(large?.bytes.exact).toBe(true)
  expect(large?.bytes.value).toBeGreaterThan(2 * 5_000 * 200)
})

test('a large one is estimated and says so', () => {
  const { large, small, empty } = sizes({ countedRows: 100, weighedPages: 0 })
  expect(large?.rows).toEqual({ value: 5_000, exact: false })
  expect(small?.rows).toEqual({ value: 50, exact: true })
  expect([large?.bytes.exact, empty?.bytes]).toEqual([false, { value: 0, exact: false }])
  expect(large!.bytes.value).toBeGreaterThan(100 * small!.bytes.value)
  expect(large!.bytes.value).toBeGreaterThan(5_000 * 200)
})
