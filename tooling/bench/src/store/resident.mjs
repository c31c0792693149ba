// A fresh process with an open store, as users have it: prints its resident memory at rest in MB. Plain JavaScript,
// because what strips types from sources costs more memory than the store.

import { setTimeout as pause } from 'node:timers/promises'

const [entry = '', path] = process.argv.slice(2)
const { openSqliteStore } = await import(entry)
const store = await openSqliteStore({ path })
await store.open({ type: 'bench', input: null })
await pause(300)
console.log(process.memoryUsage.rss() / 1_000_000)
await store.close()
