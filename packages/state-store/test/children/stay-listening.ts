import process from 'node:process'
import { openPostgresStore } from '../../src/postgres/index.ts'

// Opens a store that listens, and leaves it open: the program must end all the same.

const store = await openPostgresStore({ connectionString: process.argv[2]!, listen: true })
store.watch(() => {})
await store.open({ type: 'letter', input: 1 })
await new Promise((resolve) => setTimeout(resolve, 300))
