import {
  type ClaimRequest,
  type Commit,
  type Entry,
  lineage,
  type NewEntry,
  type NewRun,
  type StateStore,
} from '@pawl/state-store'
import { ForwardingStore } from './forwarding-store.ts'

/** An entry as a process wrote it and was told that it stands. */
export interface Accepted {
  readonly kind: string
  readonly step: string | null
  readonly payload: string
  readonly fence: number
}

/** What all processes did to the store, as the store's answers say: the checker holds the journals against it. */
export class Witness {
  /** Violations seen while it happened. */
  readonly violations: { readonly rule: string; readonly detail: string }[] = []
  /** Entries that the store said it took, by run and version. */
  readonly accepted = new Map<string, Map<number, Accepted>>()
  /** Commits refused because somebody else held the run. */
  refusals = 0
  /** Commits that were accepted a second time. */
  repetitions = 0
  readonly #truth: StateStore
  readonly #fences = new Map<string, number>()
  readonly #commits = new Set<string>()
  /** Steps that must not run any more, by run and fence. */
  readonly #finished = new Map<string, Set<string>>()

  constructor(truth: StateStore) {
    this.#truth = truth
  }

  violate(rule: string, detail: string): void {
    this.violations.push({ rule, detail })
  }

  async given(runId: string, fence: number): Promise<void> {
    this.#raise(runId, fence)
    const journal = await this.#truth.journal({ runId })
    this.#finished.set(`${runId} ${fence}`, new Set(finishedSteps(journal)))
  }

  taken(runId: string): void {
    this.#raise(runId, (this.#fences.get(runId) ?? 0) + 1)
  }

  committed(commit: Commit, ok: boolean): void {
    if (!ok) this.refusals += 1
    else if (this.#commits.has(keyOf(commit))) this.repetitions += 1
    else this.#accept(commit)
  }

  /** A process that was given this fence calls a step's function. */
  began(runId: string, fence: number | undefined, step: string): void {
    if (fence === undefined) this.violate('ran-unclaimed', `${runId} step '${step}' ran without a claim`)
    else if (this.#finished.get(`${runId} ${fence}`)?.has(step)) {
      this.violate('ran-again', `${runId} step '${step}' had finished and ran again under fence ${fence}`)
    }
  }

  #raise(runId: string, fence: number): void {
    this.#fences.set(runId, Math.max(fence, this.#fences.get(runId) ?? 0))
  }

  #accept(commit: Commit): void {
    const { runId, fence, version, entries } = commit
    const current = this.#fences.get(runId) ?? 0
    if (fence < current) {
      this.violate('stale-fence', `${runId} version ${version}: fence ${fence} wrote, ${current} was given`)
    }
    this.#commits.add(keyOf(commit))
    const journal = this.accepted.get(runId) ?? new Map<number, Accepted>()
    this.accepted.set(runId, journal)
    entries.forEach((entry, index) => {
      if (journal.has(version + index))
        this.violate('journal', `${runId} took version ${version + index} twice`)
      journal.set(version + index, acceptedOf(entry, fence))
      if (isFinishing(entry)) this.#finished.get(`${runId} ${fence}`)?.add(entry.step!)
    })
  }
}

/** Tells the witness what goes through. */
export class WitnessedStore extends ForwardingStore {
  readonly #witness: Witness

  constructor(next: StateStore, witness: Witness) {
    super(next)
    this.#witness = witness
  }

  override async open(run: NewRun) {
    const opened = await super.open(run)
    if (opened.fence !== null) await this.#witness.given(opened.runId, opened.fence)
    return opened
  }

  override async claim(request: ClaimRequest) {
    const claimed = await super.claim(request)
    for (const { runId, fence } of claimed) await this.#witness.given(runId, fence)
    return claimed
  }

  override async commit(commit: Commit) {
    const verdict = await super.commit(commit)
    this.#witness.committed(commit, verdict.ok)
    return verdict
  }

  override async resume(request: Parameters<StateStore['resume']>[0]) {
    const resumed = await super.resume(request)
    this.#witness.taken(request.runId)
    return resumed
  }

  override async rollback(request: Parameters<StateStore['rollback']>[0]) {
    const rolledBack = await super.rollback(request)
    this.#witness.taken(request.runId)
    return rolledBack
  }
}

const isFinishing = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'step_completed' || kind === 'step_skipped'

/** Steps whose outcome counts at the journal's end. */
function finishedSteps(journal: readonly Entry[]): string[] {
  return lineage(journal)
    .filter(isFinishing)
    .map(({ step }) => step ?? '')
}

const acceptedOf = (entry: NewEntry, fence: number): Accepted => ({
  kind: entry.kind,
  step: entry.step ?? null,
  payload: entry.encoded ?? JSON.stringify(entry.payload ?? null),
  fence,
})

const keyOf = ({ runId, fence, version, entries, next }: Commit): string =>
  JSON.stringify([runId, fence, version, entries, next])
