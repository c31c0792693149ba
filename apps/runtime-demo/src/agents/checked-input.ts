import type { z } from 'zod'
import { CrewError } from '../crew-error.ts'

/** Validates `value` by `schema`; throws `INPUT_INVALID` naming every wrong field. */
export function checkedInput<T extends z.ZodType>(schema: T, value: unknown, whose: string): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  throw new CrewError('INPUT_INVALID', `${whose}: correct the input (${problems.join('; ')})`, {
    cause: parsed.error,
  })
}
