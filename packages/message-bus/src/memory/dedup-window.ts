/** Ids seen lately: a bounded window in time and in number. */
export class DedupWindow {
  readonly #windowMs: number
  readonly #maxIds: number
  /** Id to the time when it may be forgotten. All stay equally long, so the order of insertion is that of expiry. */
  readonly #seen = new Map<string, number>()
  #duplicates = 0
  #forgottenEarly = 0

  constructor(windowMs: number, maxIds: number) {
    this.#windowMs = windowMs
    this.#maxIds = maxIds
  }

  /** Duplicates found, and ids forgotten before their time because there were too many. */
  get counts(): { readonly duplicates: number; readonly forgottenEarly: number } {
    return { duplicates: this.#duplicates, forgottenEarly: this.#forgottenEarly }
  }

  /** Was it seen within the window? Counted if so. */
  isDuplicate(id: string, now: number): boolean {
    this.#forget(now)
    if (!this.#seen.has(id)) return false
    this.#duplicates++
    return true
  }

  remember(id: string, now: number): void {
    this.#seen.delete(id)
    this.#seen.set(id, now + this.#windowMs)
    if (this.#seen.size <= this.#maxIds) return
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest)
      this.#forgottenEarly++
      return
    }
  }

  #forget(now: number): void {
    for (const [id, until] of this.#seen) {
      if (until > now) return
      this.#seen.delete(id)
    }
  }
}
