import process from 'node:process'
import { openSupabaseStore } from '../../src/supabase/index.ts'

// Opens a store, uses it, watches, and leaves it open: the program must end all the same. A connection that is kept would
// be a WebSocket; whoever makes one is told.

globalThis.WebSocket = class {
  constructor() {
    console.log('a WebSocket was opened')
  }
} as unknown as typeof WebSocket

const [url, key] = process.argv.slice(2)
const store = await openSupabaseStore({ url: url!, key: key!, pollMs: 50 })
await store.open({ type: 'letter', input: 1 })
store.watch(() => {})
await new Promise((resolve) => setTimeout(resolve, 300))
console.log('done')
