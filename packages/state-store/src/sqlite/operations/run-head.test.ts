import { expect, test } from 'vitest'
import { openDatabase } from '../open-database.ts'
import { prepareHead } from './run-head.ts'

const db = openDatabase({ path: ':memory:', durability: 'disk', busyTimeoutMs: 0, maxFileBytes: null })
const insert = db.prepare(`
  insert into run (namespace, id, type, definition_version, format, status, version, fence, created_at, updated_at)
  values (?, ?, 't', '1', 1, 'running', ?, 1, 0, 0)`)

test('a number that came back after a rollback is not taken for the run that had it', () => {
  const headOf = prepareHead({ db, namespace: 'default', now: 0 })
  db.exec('begin')
  insert.run('default', 'lost', 7)
  const lost = headOf('lost')
  expect(lost).toMatchObject({ version: 7 })
  db.exec('rollback')
  insert.run('default', 'kept', 8)
  expect(headOf('kept')).toMatchObject({ no: lost?.no, version: 8 })
  expect(headOf('lost')).toBeUndefined()
  insert.run('default', 'lost', 9)
  expect(headOf('lost')).toMatchObject({ version: 9 })
})

test("another namespace's run is not found, nor remembered", () => {
  insert.run('other', 'theirs', 1)
  const headOf = prepareHead({ db, namespace: 'default', now: 0 })
  expect(headOf('theirs')).toBeUndefined()
  expect(headOf('theirs')).toBeUndefined()
})
