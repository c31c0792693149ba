import type { SQLInputValue } from 'node:sqlite'

/** Builds a where clause of fixed conditions; values are always bound. */
export class Conditions {
  readonly #parts: string[] = []
  readonly values: SQLInputValue[] = []

  constructor(condition: string, value: SQLInputValue) {
    this.add(condition, value)
  }

  get sql(): string {
    return this.#parts.join(' and ')
  }

  add(condition: string, value: SQLInputValue): void {
    if (value === null) return
    this.#parts.push(condition)
    this.values.push(value)
  }

  addPair(condition: string, first: SQLInputValue, second: SQLInputValue): void {
    this.#parts.push(condition)
    this.values.push(first, second)
  }

  addList(column: 'status' | 'kind' | 'level', values: readonly string[] | null): void {
    if (values === null) return
    this.#parts.push(`${column} in (${values.map(() => '?').join(', ')})`)
    this.values.push(...values)
  }
}
