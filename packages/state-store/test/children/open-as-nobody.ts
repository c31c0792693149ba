import process from 'node:process'
import { openSqliteStore } from '../../src/sqlite/index.ts'
import { argument } from './program.ts'

// Permission bits do not bind root: becomes `nobody`, then opens. Prints the code of the error.

const { path } = argument<{ path: string }>()
if (process.getuid?.() === 0) {
  process.setgid?.(65534)
  process.setuid?.(65534)
}
const outcome = await openSqliteStore({ path }).then(
  async (store) => {
    await store.close()
    return 'opened'
  },
  (error: { code?: string }) => error.code ?? String(error),
)
console.log(outcome)
