import type { StandardSchemaV1 } from '@standard-schema/spec'
import { RuntimeError } from '../errors.ts'

/** Any validator that speaks Standard Schema (standardschema.dev): zod, valibot, arktype, … */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>

/**
 * The value as the schema makes it (defaults filled in, strings trimmed, …).
 * Throws `INVALID_INPUT` with the path of every issue. Without a schema every value passes.
 */
export async function validate(schema: Schema | undefined, value: unknown, what: string): Promise<unknown> {
  if (schema === undefined) return value
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  const issues = result.issues.slice(0, 10).map((issue) => `${pathOf(issue)}: ${issue.message}`)
  const more = result.issues.length > 10 ? ` (and ${result.issues.length - 10} more)` : ''
  throw new RuntimeError('INVALID_INPUT', `The input of ${what} is invalid: ${issues.join('; ')}${more}.`)
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? 'input' : `input.${keys.map(String).join('.')}`
}
