import type {
  ArrowFunctionExpression,
  Class,
  Declaration,
  Function as FunctionNode,
  ParamPattern,
  PropertyKey,
  TSSignature,
  TSTypeAnnotation,
} from 'oxc-parser'
import type { Exported, Slot } from './module.ts'
import type { SourceText } from './source-text.ts'

/** What a declaration is, before it has a name to be exported by. */
export type Declared = Pick<Exported, 'kind' | 'signature' | 'parameters' | 'members' | 'isAsync'> & {
  /** Where it begins. */
  readonly start: number
}

const MAX_SLOTS = 30

const typeOf = (annotation: TSTypeAnnotation | null | undefined, source: SourceText): string | null =>
  annotation == null ? null : source.flat(annotation.typeAnnotation.start, annotation.typeAnnotation.end, 120)

function parameterOf(pattern: ParamPattern, source: SourceText): Slot {
  if (pattern.type === 'TSParameterProperty') return parameterOf(pattern.parameter, source)
  if (pattern.type === 'AssignmentPattern') {
    const { name, type } = parameterOf(pattern.left as ParamPattern, source)
    return { name, type, isOptional: true }
  }
  const type = typeOf(pattern.typeAnnotation, source)
  if (pattern.type === 'RestElement') {
    return {
      name: `...${source.flat(pattern.argument.start, pattern.argument.end, 40)}`,
      type,
      isOptional: true,
    }
  }
  const name =
    pattern.type === 'Identifier' ? pattern.name : pattern.type === 'ObjectPattern' ? 'options' : 'values'
  return { name, type, isOptional: Boolean(pattern.optional) }
}

const keyOf = (key: PropertyKey, source: SourceText): string =>
  'name' in key && typeof key.name === 'string' ? key.name : source.flat(key.start, key.end, 40)

function memberOf(member: TSSignature, source: SourceText): Slot[] {
  if (member.type === 'TSPropertySignature') {
    const type = typeOf(member.typeAnnotation, source)
    return [{ name: keyOf(member.key, source), type, isOptional: member.optional }]
  }
  if (member.type !== 'TSMethodSignature') return []
  return [{ name: `${keyOf(member.key, source)}()`, type: null, isOptional: member.optional }]
}

/** Public methods and properties. */
function classMembers({ body }: Class, source: SourceText): Slot[] {
  return body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') return []
    if (member.accessibility === 'private' || member.key.type === 'PrivateIdentifier') return []
    const name = keyOf(member.key, source)
    if (!('kind' in member)) {
      return [{ name, type: typeOf(member.typeAnnotation, source), isOptional: member.optional === true }]
    }
    return member.kind === 'constructor' ? [] : [{ name: `${name}()`, type: null, isOptional: false }]
  })
}

const bare: Pick<Declared, 'parameters' | 'members' | 'isAsync'> = {
  parameters: [],
  members: [],
  isAsync: false,
}

export function functionDeclared(
  node: FunctionNode | ArrowFunctionExpression,
  start: number,
  source: SourceText,
): Declared {
  const end = node.body?.start ?? node.end
  return {
    kind: 'function',
    start,
    signature: source.flat(start, end),
    parameters: node.params.slice(0, MAX_SLOTS).map((parameter) => parameterOf(parameter, source)),
    members: [],
    isAsync: node.async || source.flat(start, end).includes('Promise<'),
  }
}

export function classDeclared(node: Class, start: number, source: SourceText): Declared {
  const built = node.body.body.find(
    (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
  )
  const parameters = built?.type === 'MethodDefinition' ? built.value.params : []
  return {
    ...bare,
    kind: 'class',
    start,
    signature: source.flat(start, node.body.start),
    parameters: parameters.slice(0, MAX_SLOTS).map((parameter) => parameterOf(parameter, source)),
    members: classMembers(node, source).slice(0, MAX_SLOTS),
  }
}

const members = (signatures: readonly TSSignature[], source: SourceText): Slot[] =>
  signatures.flatMap((member) => memberOf(member, source)).slice(0, MAX_SLOTS)

/** The names that a declaration makes, each with what it is. `start` is where the whole statement begins. */
export function declaredBy(node: Declaration, start: number, source: SourceText): [string, Declared][] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return [[node.id?.name ?? 'default', functionDeclared(node, start, source)]]
    case 'ClassDeclaration':
      return [[node.id?.name ?? 'default', classDeclared(node, start, source)]]
    case 'TSInterfaceDeclaration': {
      const signature = source.flat(start, node.body.start)
      return [
        [
          node.id.name,
          { ...bare, kind: 'interface', start, signature, members: members(node.body.body, source) },
        ],
      ]
    }
    case 'TSTypeAliasDeclaration': {
      const { typeAnnotation } = node
      const found = typeAnnotation.type === 'TSTypeLiteral' ? members(typeAnnotation.members, source) : []
      return [
        [
          node.id.name,
          { ...bare, kind: 'type', start, signature: source.flat(start, node.end), members: found },
        ],
      ]
    }
    case 'TSEnumDeclaration':
      return [
        [node.id.name, { ...bare, kind: 'enum', start, signature: source.flat(start, node.body.start) }],
      ]
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id, init, start: own, end }) => {
        if (id.type !== 'Identifier') return []
        // The first one begins with the statement, comment and keyword.
        const from = node.declarations[0]?.id === id ? start : own
        const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
        const declared: Declared = isFunction
          ? functionDeclared(init, from, source)
          : { ...bare, kind: 'value', start: from, signature: source.flat(from, end) }
        return [[id.name, declared] as [string, Declared]]
      })
    case 'TSModuleDeclaration':
      return [
        [
          source.flat(node.id.start, node.id.end, 60),
          { ...bare, kind: 'namespace', start, signature: source.flat(start, node.id.end) },
        ],
      ]
    default:
      return []
  }
}
