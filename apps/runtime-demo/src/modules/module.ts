import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'

/** One parameter of a function, or one member of an options type. */
export const slotSchema = z.object({
  name: z.string(),
  /** As it is written; nothing where the source says nothing. */
  type: z.string().nullable(),
  isOptional: z.boolean(),
})

/** See {@link slotSchema}. */
export type Slot = z.infer<typeof slotSchema>

/** What a module gives to others under one name. */
export const exportedSchema = z.object({
  name: z.string(),
  kind: z.enum(['function', 'class', 'interface', 'type', 'value', 'enum', 'namespace']),
  /** The declaration without its body, on one line. */
  signature: z.string(),
  /** The comment above it, without its marks; empty where there is none. */
  doc: z.string(),
  parameters: z.array(slotSchema),
  /** Of an interface, a type literal or a class. */
  members: z.array(slotSchema),
  isAsync: z.boolean(),
  citation: citationSchema,
})

/** See {@link exportedSchema}. */
export type Exported = z.infer<typeof exportedSchema>

/** A mention of another module. */
export interface Imported {
  readonly specifier: string
  /** 1-based. */
  readonly line: number
  readonly isTypeOnly: boolean
  /** Names of the other module; `*` for all of it. */
  readonly names: readonly string[]
}

/** A name handed on from another module: `export { a as b } from`, or `export *` with `*` as both. */
export interface HandedOn {
  readonly specifier: string
  readonly line: number
  readonly name: string
  readonly as: string
}

/** A test's title, and where it stands. */
export interface TestTitle {
  readonly title: string
  readonly line: number
}

/** A source file as others see it. */
export interface Module {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly lines: readonly string[]
  readonly isTest: boolean
  readonly imports: readonly Imported[]
  readonly exports: readonly Exported[]
  readonly handsOn: readonly HandedOn[]
  readonly tests: readonly TestTitle[]
}
