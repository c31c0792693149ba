import { printable } from '../../report/printable.ts'
import type { LockfileSummary } from '../scan-report.ts'
import type { LockfileRead } from './locked-package.ts'

type Format = LockfileSummary['format']

const formats: Readonly<Record<string, Format>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
}

/** Which lockfile a file of this name is; nothing for other files. */
export function lockfileFormat(name: string): Format | undefined {
  return Object.hasOwn(formats, name) ? formats[name] : undefined
}

type Read = (source: string) => LockfileRead

/** Each reader brings its parser with it, loaded when the first such lockfile is met. */
const readers: Readonly<Record<Format, () => Promise<Read>>> = {
  npm: async () => (await import('./package-lock.ts')).readPackageLock,
  pnpm: async () => (await import('./pnpm-lock.ts')).readPnpmLock,
  yarn: async () => (await import('./yarn-lock.ts')).readYarnLock,
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined

/** Where the parser stopped: js-yaml gives a 0-based `mark.line`, Yarn's grammar a 1-based `location.start.line`. */
function lineOf(error: unknown): number | undefined {
  const mark = field(field(error, 'mark'), 'line')
  if (typeof mark === 'number') return mark + 1
  const start = field(field(field(error, 'location'), 'start'), 'line')
  return typeof start === 'number' ? start : undefined
}

/** Reads a lockfile's text. Text that its parser refuses is a result (`broken`), not an exception. */
export async function readLockfile(format: Format, source: string): Promise<LockfileRead> {
  const read = await readers[format]()
  try {
    return read(source)
  } catch (error) {
    const reason = field(error, 'reason')
    const message =
      typeof reason === 'string' ? reason : error instanceof Error ? error.message : String(error)
    const line = lineOf(error)
    const detail = printable(message.split('\n')[0] ?? '', 200)
    return { ok: false, reason: 'broken', detail, ...(line === undefined ? {} : { line }) }
  }
}
