import type { BreakerStore } from '@pawl/resilience'
import type { StateStore } from '@pawl/state-store'

/** Keys of breakers are anybody's text, and some names no cell may have. */
const PREFIX = 'breaker/'

/**
 * Keeps breakers in a state store's cells, so that all processes on it share them: `new BreakerRegistry({ store })`.
 * What a breaker learned survives the process.
 */
export const sharedBreakers = ({ cells }: Pick<StateStore, 'cells'>): BreakerStore => ({
  read: (key) => cells.read(`${PREFIX}${key}`),
  write: ({ key, value, expected, id }) => cells.write({ key: `${PREFIX}${key}`, value, expected, id }),
})
