import { posix } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { readText } from './read-text.ts'

/** Never walked into, whatever .gitignore says. */
export const prunedDirectories: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', '.pawl'])

/** The .gitignore files in force in one directory: its own and those of its parents, outermost first. */
export interface IgnoreRules {
  readonly layers: readonly { readonly directory: string; readonly rules: Ignore }[]
}

/** No rules at all. */
export const noIgnoreRules: IgnoreRules = { layers: [] }

const MAX_RULES_BYTES = 1024 * 1024

/** The rules inside `directory` (relative, `.` for the root), given its parent's; an unreadable file adds none. */
export async function enterDirectory(
  parent: IgnoreRules,
  directory: string,
  absolute: string,
): Promise<IgnoreRules> {
  const read = await readText(`${absolute}/.gitignore`, MAX_RULES_BYTES)
  if (!read.ok) return parent
  const rules = ignore({ ignorecase: false }).add(read.text)
  return { layers: [...parent.layers, { directory, rules }] }
}

/** Whether git would ignore `path`. As in git, the innermost file that has an opinion decides. */
export function isIgnored(rules: IgnoreRules, path: string, isDirectory: boolean): boolean {
  let ignored = false
  for (const layer of rules.layers) {
    const relative = layer.directory === '.' ? path : posix.relative(layer.directory, path)
    if (!ignore.isPathValid(relative)) continue
    const verdict = layer.rules.test(isDirectory ? `${relative}/` : relative)
    if (verdict.ignored) ignored = true
    else if (verdict.unignored) ignored = false
  }
  return ignored
}
