import { conforms } from '../../test/conforms.ts'
import { runOnFile } from '../../test/harness.ts'

conforms({ name: 'SQLite, a file', run: runOnFile, concurrent: true })
