import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { commitsPerSecond } from './load.ts'

// A fresh process with 200 runs at once: prints by how much its event loop is late, 99th percentile, in milliseconds.

const RESOLUTION_MS = 1
const store = await openSqliteStore({ path: process.argv[2] ?? ':memory:' })
await commitsPerSecond(store, 200, 300)
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
await commitsPerSecond(store, 200, 2_000)
delay.disable()
await store.close()

// The histogram holds the time between two ticks of a timer, so the timer's own period is part of every value.
console.log(Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS))
