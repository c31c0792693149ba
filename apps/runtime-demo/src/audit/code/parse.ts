import type { ParserOptions } from '@babel/parser'
import type { SyntaxNode } from './syntax.ts'

type Plugins = NonNullable<ParserOptions['plugins']>

const flowPlugins: Plugins = ['jsx', 'flow', 'decorators', 'decoratorAutoAccessors']

// Legacy, since only that form allows decorators on parameters, as Nest and Angular write them.
const typescriptPlugins: Plugins = ['typescript', 'decorators-legacy', 'decoratorAutoAccessors']

const declarationPlugins: Plugins = [['typescript', { dts: true }], 'decoratorAutoAccessors']

const plugins: Readonly<Record<string, Plugins>> = {
  js: flowPlugins,
  jsx: flowPlugins,
  mjs: flowPlugins,
  cjs: flowPlugins,
  ts: typescriptPlugins,
  mts: typescriptPlugins,
  cts: typescriptPlugins,
  tsx: [...typescriptPlugins, 'jsx'],
  'd.ts': declarationPlugins,
  'd.mts': declarationPlugins,
  'd.cts': declarationPlugins,
}

/** What kind of source a file of this name is, such as `ts` or `d.ts`; nothing for files that are no source. */
export function sourceKind(path: string): string | undefined {
  const kind = /\.((?:d\.)?[a-z]+)$/i.exec(path)?.[1]?.toLowerCase()
  if (kind === undefined) return undefined
  const known = Object.hasOwn(plugins, kind) ? kind : kind.slice(kind.indexOf('.') + 1)
  return Object.hasOwn(plugins, known) ? known : undefined
}

/** A program, or why the text is none: the parser's message, with the place in it. */
export type ParsedSource =
  | { readonly ok: true; readonly program: SyntaxNode }
  | { readonly ok: false; readonly detail: string }

/** Parses one source text of a kind from {@link sourceKind}. */
export type ParseSource = (text: string, kind: string) => ParsedSource

/** Loads Babel's parser (some 10 ms). What it returns never throws: broken or too deeply nested text is a result. */
export async function loadParser(): Promise<ParseSource> {
  const { parse } = await import('@babel/parser')
  return (text, kind) => {
    try {
      const file = parse(text, {
        sourceType: 'unambiguous',
        plugins: plugins[kind] ?? [],
        attachComment: false,
        // Errors that leave a tree behind (a name declared twice, ...) are the compiler's business, not ours.
        errorRecovery: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowNewTargetOutsideFunction: true,
        allowSuperOutsideMethod: true,
        allowUndeclaredExports: true,
      })
      return { ok: true, program: { ...file.program } }
    } catch (error) {
      if (error instanceof RangeError) return { ok: false, detail: 'nested too deeply' }
      return { ok: false, detail: error instanceof Error ? error.message : String(error) }
    }
  }
}
