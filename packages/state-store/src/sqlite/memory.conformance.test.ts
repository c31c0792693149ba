import { conforms } from '../../test/conforms.ts'
import { runInMemory } from '../../test/harness.ts'

conforms({
  name: 'SQLite, in memory',
  run: runInMemory,
  whyNot: ({ needs }) =>
    needs === 'reopen' ? "':memory:' ends with its store and cannot be opened again" : undefined,
})
