import { expectTypeOf, it } from 'vitest'
import type { Jsonify } from './jsonify.ts'

it('types what JSON makes of a value', () => {
  expectTypeOf<Jsonify<string>>().toEqualTypeOf<string>()
  expectTypeOf<Jsonify<'a' | 1 | null>>().toEqualTypeOf<'a' | 1 | null>()
  expectTypeOf<Jsonify<Date>>().toEqualTypeOf<string>()
  expectTypeOf<Jsonify<undefined>>().toEqualTypeOf<null>()
  expectTypeOf<Jsonify<void>>().toEqualTypeOf<null>()
  expectTypeOf<Jsonify<unknown>>().toEqualTypeOf<unknown>()
  expectTypeOf<Jsonify<() => void>>().toEqualTypeOf<never>()
  expectTypeOf<Jsonify<Date[]>>().toEqualTypeOf<string[]>()
  expectTypeOf<Jsonify<readonly [Date, number]>>().toEqualTypeOf<readonly [string, number]>()
  expectTypeOf<Jsonify<{ at: Date; deep: { at: Date }[] }>>().toEqualTypeOf<{
    at: string
    deep: { at: string }[]
  }>()
  expectTypeOf<Jsonify<{ a: number; act(): void }>>().toEqualTypeOf<{ a: number }>()
  expectTypeOf<Jsonify<{ a?: Date }>>().toEqualTypeOf<{ a?: string | undefined }>()
})
