// A process of its own: @sparticuz/chromium unpacks into the folder for temporary files, and takes what lies there for
// its own. Here that folder is an empty one, which `TMPDIR` names.

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromium, { inflate } from '@sparticuz/chromium'

const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin')
await Promise.all([chromium.executablePath(bin), inflate(join(bin, 'al2023.tar.br'))])
