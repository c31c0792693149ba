/** The runs that the workers of a round carry to their end. */
export const DEFINITION = { type: 'burden', definitionVersion: '1' } as const
