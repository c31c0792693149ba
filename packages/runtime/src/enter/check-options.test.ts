import { describe, expect, it } from 'vitest'
import { createRuntime, type RuntimeOptions } from '../index.ts'

const made = (options: object) => () => createRuntime(options as RuntimeOptions)

describe('createRuntime', () => {
  it.each([
    [{ workflow: [] }, "no option 'workflow'"],
    [{ concurency: 2 }, "no option 'concurency'"],
    [{ workflows: {} }, "'workflows' must be an array"],
    [{ stateStore: './x.db' }, "'stateStore' must be an object"],
    [{ stateStore: null }, "'stateStore' must be an object"],
    [{ messageBus: 'redis' }, "'messageBus' must be 'memory'"],
  ])('refuses %j, which would be ignored in silence', (options, message) => {
    expect(made(options)).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION' }))
    expect(made(options)).toThrow(message)
  })

  it('takes nothing at all', () => {
    expect(made({})).not.toThrow()
  })
})
