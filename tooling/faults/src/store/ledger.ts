import { appendFileSync, readFileSync } from 'node:fs'
import type { Commit, Entry, Verdict } from '@pawl/state-store'

/** What a worker was told about one commit. A line is written as soon as the verdict is there. */
export interface Line {
  readonly worker: string
  readonly runId: string
  readonly version: number
  readonly fence: number
  /** What the entry holds: no two commits hold the same. */
  readonly nonce: string
  /** `null`: accepted. */
  readonly refused: string | null
}

export function note(file: string, commit: Commit, nonce: string, verdict: Verdict): void {
  const { worker, runId, version, fence } = commit
  const line: Line = {
    worker,
    runId,
    version,
    fence,
    nonce,
    refused: verdict.ok ? null : verdict.reason,
  }
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}

/** Every line of a ledger; the last one may be torn by a kill. */
export function readLedger(file: string): readonly Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [JSON.parse(text) as Line]
      } catch {
        return []
      }
    })
}

export interface Findings {
  /** Accepted commits that the journal does not hold. */
  readonly lost: readonly string[]
  /** Steps that the journal holds more than once, or commits that stand in it twice. */
  readonly doubled: readonly string[]
  /** Entries whose fence is older than that of an entry before. */
  readonly stale: readonly string[]
  /** What else is wrong with the journal: gaps, missing steps, an end that is none. */
  readonly wrong: readonly string[]
}

/** Holds one run's journal against what its workers were told. */
export function audit(
  runId: string,
  journal: readonly Entry[],
  steps: number,
  ledger: readonly Line[],
): Findings {
  const told = ledger.filter((line) => line.runId === runId && line.refused === null)
  const done = journal.filter((entry) => entry.kind === 'step_completed')
  const names = done.map((entry) => entry.step ?? '')
  const nonces = done.map((entry) => String(entry.payload))
  const missing = Array.from({ length: steps }, (_, index) => `s${index + 1}`).filter(
    (name) => !names.includes(name),
  )
  const gap = journal.findIndex((entry, index) => entry.version !== index + 1)
  return {
    lost: told
      .filter((line) => String(journal[line.version - 1]?.payload) !== line.nonce)
      .map((line) => `version ${line.version} was accepted with '${line.nonce}' and is not there`),
    doubled: [...repeated(names), ...repeated(nonces)].map((one) => `'${one}' is there twice`),
    stale: journal
      .filter((entry, index) => journal.slice(0, index).some((before) => before.fence > entry.fence))
      .map((entry) => `version ${entry.version} has the stale fence ${entry.fence}`),
    wrong: [
      ...missing.map((name) => `step ${name} is missing`),
      ...(gap === -1 ? [] : [`versions have a gap at ${gap + 1}`]),
      ...(journal.at(-1)?.kind === 'completed' ? [] : [`it ends with ${journal.at(-1)?.kind}`]),
    ],
  }
}

const repeated = (all: readonly string[]): readonly string[] =>
  all.filter((one, index) => all.indexOf(one) !== index)
