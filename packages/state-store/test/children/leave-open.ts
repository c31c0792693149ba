import { openSqliteStore } from '../../src/sqlite/index.ts'
import { argument } from './program.ts'

// Opens a store, writes, watches, and neither closes it nor does anything more.

const { path } = argument<{ path: string }>()
const store = await openSqliteStore({ path })
store.watch(() => {})
const { runId } = await store.open({ type: 'letter', input: 1 })
store.confirm({ runId, version: 1 })
console.log(runId)
