import type {
  Comment,
  Directive,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  Expression,
  ModuleExportName,
  ObjectExpression,
  Statement,
} from 'oxc-parser'
import { cite } from '../citation/citation.ts'
import { classDeclared, type Declared, declaredBy, functionDeclared } from './declaration.ts'
import type { Exported, HandedOn, Imported, Module, TestTitle } from './module.ts'
import { isTest } from './source-kind.ts'
import { SourceText } from './source-text.ts'

/** A module, or why the text is none. */
export type ParsedModule =
  | { readonly ok: true; readonly module: Module }
  | { readonly ok: false; readonly detail: string }

/** Parses one source text. Never throws for what is written in it. */
export type ParseModule = (path: string, text: string) => ParsedModule

const MAX_TESTS = 200
const TEST_CALL = /^(?:it|test)(?:\.|$)/

const nameOf = (name: ModuleExportName): string => (name.type === 'Literal' ? name.value : name.name)

/** Reads what one module has for others. */
class Reader {
  readonly exports: Exported[] = []
  readonly handsOn: HandedOn[] = []
  readonly #path: string
  readonly #source: SourceText
  readonly #comments: readonly Comment[]
  /** All that is declared at the top, for exports that only name it. */
  readonly #declared = new Map<string, Declared>()

  constructor(path: string, source: SourceText, comments: readonly Comment[]) {
    this.#path = path
    this.#source = source
    this.#comments = comments
  }

  read(body: readonly (Directive | Statement)[]): void {
    for (const node of body) this.#declare(node)
    for (const node of body) this.#export(node)
  }

  #declare(node: Directive | Statement): void {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declaration === null || !/Declaration$|DeclareFunction$/.test(declaration.type)) return
    const declared = declaredBy(declaration as never, node.start, this.#source)
    // Overloads: the first one has the comment.
    for (const [name, what] of declared) if (!this.#declared.has(name)) this.#declared.set(name, what)
  }

  #export(node: Directive | Statement): void {
    if (node.type === 'ExportNamedDeclaration') this.#exportNamed(node)
    else if (node.type === 'ExportDefaultDeclaration') this.#exportDefault(node)
    else if (node.type === 'ExportAllDeclaration') {
      const line = this.#source.lineOf(node.start)
      const as = node.exported === null ? '*' : nameOf(node.exported)
      this.handsOn.push({ specifier: node.source.value, line, name: '*', as })
    } else if (node.type === 'ExpressionStatement') this.#exportCommonJs(node.expression, node.start)
  }

  #exportNamed({ declaration, specifiers, source, start }: ExportNamedDeclaration): void {
    if (declaration !== null) {
      for (const [name] of declaredBy(declaration, start, this.#source)) this.#addDeclared(name, name)
    }
    for (const { local, exported, start: at } of specifiers) {
      const [name, as] = [nameOf(local), nameOf(exported)]
      if (source === null) this.#addDeclared(name, as)
      else this.handsOn.push({ specifier: source.value, line: this.#source.lineOf(at), name, as })
    }
  }

  #exportDefault({ declaration: node, start }: ExportDefaultDeclaration): void {
    if (node.type === 'Identifier') this.#addDeclared(node.name, 'default')
    else if (
      node.type === 'FunctionDeclaration' ||
      node.type === 'TSDeclareFunction' ||
      node.type === 'ArrowFunctionExpression'
    )
      this.#add('default', functionDeclared(node, start, this.#source))
    else if (node.type === 'ClassDeclaration') this.#add('default', classDeclared(node, start, this.#source))
    else this.#addValue('default', start, node.end)
  }

  /** `module.exports = …`, `exports.name = …`. */
  #exportCommonJs(node: Expression, start: number): void {
    if (node.type !== 'AssignmentExpression') return
    const target = this.#source.flat(node.left.start, node.left.end, 80)
    const name = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(target)
    if (name === null) return
    const { end } = node
    let { right } = node
    // `module.exports = exports = Name`
    while (right.type === 'AssignmentExpression') right = right.right
    if (name[1] !== undefined) this.#addValue(name[1], start, end)
    else if (right.type === 'Identifier') this.#addDeclared(right.name, 'default')
    else if (right.type === 'ObjectExpression') this.#exportProperties(right)
    else this.#addValue('default', start, end)
  }

  #exportProperties({ properties }: ObjectExpression): void {
    for (const property of properties) {
      if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') continue
      const { key, value, start, end } = property
      if (value.type === 'Identifier' && this.#declared.has(value.name))
        this.#addDeclared(value.name, key.name)
      else this.#addValue(key.name, start, end)
    }
  }

  #addDeclared(local: string, name: string): void {
    const declared = this.#declared.get(local)
    if (declared !== undefined) this.#add(name, declared)
  }

  #addValue(name: string, start: number, end: number): void {
    const signature = this.#source.flat(start, end)
    this.#add(name, { kind: 'value', start, signature, parameters: [], members: [], isAsync: false })
  }

  #add(name: string, { start, ...declared }: Declared): void {
    const citation = cite(this.#path, this.#source.lines, this.#source.lineOf(start))
    if (citation === undefined || this.exports.some((one) => one.name === name)) return
    this.exports.push({ name, ...declared, doc: this.#docAbove(start), citation })
  }

  /** The documentation comment right above. */
  #docAbove(start: number): string {
    const above = this.#comments.findLast(({ end }) => end <= start)
    if (above?.type !== 'Block' || !above.value.startsWith('*')) return ''
    if (this.#source.text.slice(above.end, start).trim() !== '') return ''
    const plain = above.value
      .replace(/^\s*\*+ ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim()
    return plain.slice(0, 600).toWellFormed()
  }
}

/** What is handed on is imported too: one import for each module that it comes from. */
function importsOf(handsOn: readonly HandedOn[]): Imported[] {
  return [...Map.groupBy(handsOn, ({ specifier }) => specifier)].map(([specifier, names]) => ({
    specifier,
    line: names[0]!.line,
    isTypeOnly: false,
    names: names.map(({ name }) => name),
  }))
}

/** Loads oxc's parser (some 20 ms), which is native. */
export async function loadModuleParser(): Promise<ParseModule> {
  const { parseSync, Visitor } = await import('oxc-parser')
  return (path, text) => {
    const { program, module: record, comments, errors } = parseSync(path, text)
    const [error] = errors.filter(({ severity }) => severity === 'Error')
    if (error !== undefined) return { ok: false, detail: error.message }
    const source = new SourceText(text)
    const reader = new Reader(path, source, comments)
    reader.read(program.body)
    const imports: Imported[] = record.staticImports.map(({ moduleRequest, entries, start }) => ({
      specifier: moduleRequest.value,
      line: source.lineOf(start),
      isTypeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
      names: entries.map(({ importName: { kind, name } }) =>
        kind === 'Default' ? 'default' : kind === 'NamespaceObject' ? '*' : (name ?? '*'),
      ),
    }))
    imports.push(...importsOf(reader.handsOn))
    const tests: TestTitle[] = []
    const whole = (specifier: string, start: number) =>
      imports.push({ specifier, line: source.lineOf(start), isTypeOnly: false, names: ['*'] })
    new Visitor({
      ImportExpression: ({ source: specifier, start }) => {
        if (specifier.type === 'Literal' && typeof specifier.value === 'string') whole(specifier.value, start)
      },
      CallExpression: ({ callee, arguments: [first], start }) => {
        if (first?.type !== 'Literal' || typeof first.value !== 'string') return
        const called = text.slice(callee.start, callee.end)
        if (called === 'require') whole(first.value, start)
        else if (TEST_CALL.test(called) && tests.length < MAX_TESTS)
          tests.push({ title: first.value, line: source.lineOf(start) })
      },
    }).visit(program)
    const { lines } = source
    const { exports, handsOn } = reader
    return { ok: true, module: { path, lines, isTest: isTest(path), imports, exports, handsOn, tests } }
  }
}
