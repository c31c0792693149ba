import type { InboxItem, StateStore } from '@pawl/state-store'

/** The mail of one run, as its holder knows it. */
export class Mailbox {
  readonly #store: StateStore
  readonly #runId: string
  readonly #consumed: Set<number>
  readonly #onMail: () => void
  #unread: InboxItem[] = []
  #seen = 0
  #reading: Promise<void> | undefined

  constructor(store: StateStore, runId: string, consumed: ReadonlySet<number>, onMail: () => void) {
    this.#store = store
    this.#runId = runId
    this.#consumed = new Set(consumed)
    this.#onMail = onMail
  }

  /** How many messages of the inbox were looked at. */
  get seen(): number {
    return this.#seen
  }

  /** Reads what came since, if the store says that there is more. */
  async refresh(inbox: number): Promise<void> {
    while (inbox > this.#seen) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
  }

  /** The request to cancel that nobody obeyed yet. */
  cancelRequest(): InboxItem | undefined {
    return this.#unread.find((item) => item.kind === 'cancel')
  }

  /** Takes the oldest unread signal of a name. */
  takeSignal(name: string): InboxItem | undefined {
    const index = this.#unread.findIndex((item) => item.kind === 'signal' && item.name === name)
    return index < 0 ? undefined : this.#unread.splice(index, 1)[0]
  }

  async #read(): Promise<void> {
    const items = await this.#store.inbox(this.#runId, this.#seen)
    if (items.length === 0) return
    this.#seen = items.at(-1)!.seq
    this.#unread.push(...items.filter((item) => !this.#consumed.has(item.seq)))
    this.#onMail()
  }
}
