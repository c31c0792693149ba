import type { Rule } from '../rule.ts'

/** What a mode rule sees. */
export interface ModeSubject {
  readonly kind: 'file' | 'directory'
  readonly name: string
  readonly mode: number
  readonly privateKey: boolean
}

/** A rule about permission bits. */
export interface ModeRule extends Rule {
  readonly matches: (subject: ModeSubject) => boolean
}

const SETUID = 0o4000
const SETGID = 0o2000
const STICKY = 0o1000
const GROUP_OR_OTHERS_READ = 0o044
const OTHERS_READ = 0o004
const OTHERS_WRITE = 0o002

const KEY_NAME = /^id_(rsa|dsa|ecdsa|ed25519)$|\.(pem|key|p8|pk8)$/i
const ENV_NAME = /^\.env(\..+)?$/
/** Templates are made to be read. */
const ENV_TEMPLATE = /\.(example|sample|template|dist|defaults)$/

const has = (mode: number, bits: number): boolean => (mode & bits) !== 0

/** Whether a file of this name may hold a private key: only such files are opened to find out. */
export function looksLikeKeyFile(name: string): boolean {
  return KEY_NAME.test(name)
}

/** Every rule about permission bits. */
export const modeRules: readonly ModeRule[] = [
  {
    id: 'mode-private-key-readable',
    level: 'error',
    weight: 90,
    title: 'A private key that other users of the machine can read',
    help: 'chmod 600 the file, and replace the key if others had access to the machine.',
    cwe: 'CWE-732',
    matches: ({ privateKey, mode }) => privateKey && has(mode, GROUP_OR_OTHERS_READ),
  },
  {
    id: 'mode-setuid',
    level: 'error',
    weight: 80,
    title: 'A setuid file: whoever runs it becomes its owner',
    help: 'chmod u-s the file unless it is meant to change the user.',
    cwe: 'CWE-250',
    matches: ({ kind, mode }) => kind === 'file' && has(mode, SETUID),
  },
  {
    id: 'mode-world-writable-file',
    level: 'error',
    weight: 70,
    title: 'A file that every user of the machine can change',
    help: 'chmod o-w the file.',
    cwe: 'CWE-732',
    matches: ({ kind, mode }) => kind === 'file' && has(mode, OTHERS_WRITE),
  },
  {
    id: 'mode-world-writable-directory',
    level: 'error',
    weight: 70,
    title: 'A directory in which every user of the machine can replace files',
    help: 'chmod o-w the directory; a shared one needs at least the sticky bit (chmod +t).',
    cwe: 'CWE-732',
    matches: ({ kind, mode }) => kind === 'directory' && has(mode, OTHERS_WRITE) && !has(mode, STICKY),
  },
  {
    id: 'mode-setgid',
    level: 'warning',
    weight: 60,
    title: 'A setgid file: whoever runs it gets its group',
    help: 'chmod g-s the file unless it is meant to change the group.',
    cwe: 'CWE-250',
    // On a directory the bit only hands the group down to new files.
    matches: ({ kind, mode }) => kind === 'file' && has(mode, SETGID),
  },
  {
    id: 'mode-env-world-readable',
    level: 'warning',
    weight: 50,
    title: 'An environment file that every user of the machine can read',
    help: 'chmod 600 the file.',
    cwe: 'CWE-732',
    matches: ({ kind, name, mode }) =>
      kind === 'file' && ENV_NAME.test(name) && !ENV_TEMPLATE.test(name) && has(mode, OTHERS_READ),
  },
]
