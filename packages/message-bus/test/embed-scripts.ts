import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../src/redis/lua/', import.meta.url)
const EMBEDDED = fileURLToPath(new URL('../src/redis/scripts.ts', import.meta.url))

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')

/** What of a file Redis gets: its includes in place, no comments, no blank lines. */
function textOf(source: string): string {
  return source
    .replace(/^-- @include (\S+)$/gm, (_, name: string) => read(`include/${name}.lua`))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('--'))
    .map((line) => line.trim())
    .join('\n')
}

const sha = (text: string): string => createHash('sha1').update(text).digest('hex')

/** The module that holds every script of the folder as text: edge runtimes have no files to read. */
export function embeddedScripts(): string {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.lua'))
  const entries = files.sort().map((file) => {
    const source = read(file)
    const text = textOf(source)
    const flags = /^-- OOM {4}allowed/m.test(source) ? '#!lua flags=allow-oom' : '#!lua'
    const name = file.slice(0, -'.lua'.length).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    const whole = `${flags}\n${text}`
    return `  ${name}: {\n    flags: '${flags}',\n    sha: '${sha(text)}',\n    flaggedSha: '${sha(whole)}',\n    text: ${JSON.stringify(text)},\n  },`
  })
  return `// Made from lua/*.lua by \`node test/embed-scripts.ts\`; a test compares.

/** A Lua script: its text, with and without the line of flags that Redis 7 understands, and the hash of both. */
export interface Script {
  readonly flags: string
  readonly sha: string
  readonly flaggedSha: string
  readonly text: string
}

// biome-ignore format: a line of Lua is as long as it is
export const SCRIPTS = {
${entries.join('\n')}
} as const satisfies Readonly<Record<string, Script>>
`
}

/** The module as it stands. */
export const presentScripts = (): string => readFileSync(EMBEDDED, 'utf8')

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(EMBEDDED, embeddedScripts())
