import type { StateStore } from '../../contract/store.ts'
import type { StoreHarness } from '../conformance-case.ts'

// Stores that break one promise each. The suite has to fail on every one of them; a suite that lets one pass
// would let a backend pass that loses data.

/** Puts other methods in front of a store; the rest goes through. */
const replacing = (store: StateStore, methods: (store: StateStore) => Partial<StateStore>): StateStore => {
  const replaced = methods(store)
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name, target)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}

export interface BrokenStore {
  /** What it does wrong. */
  readonly name: string
  /** `reopen`: needs data that can be opened again. */
  readonly needs?: 'reopen'
  /** The harness with the fault in it; `fresh` makes one over other data. */
  wrap(harness: StoreHarness, fresh: StoreHarness): StoreHarness
}

/** A harness whose stores are all replaced. */
export const wrapping = (
  harness: StoreHarness,
  methods: (store: StateStore) => Partial<StateStore>,
): StoreHarness => ({ open: async (options) => replacing(await harness.open(options), methods) })
