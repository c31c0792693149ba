import type { Commit, StateStore, TransactionWork, TransactOptions, Verdict } from '@pawl/state-store'

/** Where a process dies: before a commit reaches the store, or after it did and before anybody heard of it. */
export type Side = 'before' | 'after'

/** One life of a process that works on a store. */
export interface Life {
  alive: boolean
  /** Asked at each commit; a side ends the life there. */
  readonly fateOf: (commit: Commit) => Side | undefined
  /** Called once, when the life ends. */
  readonly onDeath: (commit: Commit, side: Side) => void
  /** Called at each call, for whoever waits until nothing happens. */
  readonly stir: () => void
}

const never = (): Promise<never> => new Promise(() => {})

/** A store as a process sees it that may die at any commit: a dead one gets no answers and writes nothing. */
export function mortalStore(store: StateStore, life: Life): StateStore {
  const commit = async (asked: Commit) => {
    if (!life.alive) return never()
    const side = life.fateOf(asked)
    if (side === 'before') return die(asked, side)
    const verdict = await store.commit(asked)
    return side === 'after' ? die(asked, side) : verdict
  }
  /** Dies inside the transaction, before the commit that it would end with, or after it. */
  const transact = async (work: TransactionWork, options?: TransactOptions) => {
    let asked: { readonly commit: Commit; readonly side: Side | undefined } | undefined
    const judge = (commit: Commit): Commit => {
      asked = { commit, side: life.alive ? life.fateOf(commit) : 'before' }
      if (asked.side === 'before') throw asked
      return commit
    }
    let verdict: Verdict
    try {
      verdict = await store.transact((tx) => {
        const commit = work(tx)
        return 'then' in commit ? commit.then(judge) : judge(commit)
      }, options)
    } catch (error) {
      if (error !== asked || asked === undefined) throw error
      return life.alive ? die(asked.commit, 'before') : never()
    }
    return asked?.side === 'after' ? die(asked.commit, 'after') : verdict
  }
  const die = (asked: Commit, side: Side) => {
    life.alive = false
    life.onDeath(asked, side)
    return never()
  }
  return new Proxy(store, {
    get(target, name: keyof StateStore) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const own = name === 'commit' ? commit : name === 'transact' ? transact : undefined
      const call = own ?? value.bind(target)
      if (name === 'watch') return call
      return (...given: unknown[]) => {
        life.stir()
        if (life.alive) return call(...given)
        return name === 'confirm' ? undefined : never()
      }
    },
  })
}
