import { type Entry, isFinished, LIFECYCLE_KINDS, lineage } from '@pawl/state-store'
import type { Client } from './client.ts'
import type { Expectation } from './model.ts'
import { RACE } from './perform.ts'
import type { Simulation } from './simulation.ts'
import { traceOf } from './traces.ts'

const FAMILY: { readonly [kind: string]: string } = {
  step_completed: 'step',
  step_failed: 'step',
  step_skipped: 'step',
  timer_fired: 'timer',
  signal_received: 'signal',
  signal_timed_out: 'signal',
  shared_set: 'shared',
}

/** Holds one run's journal against the model, the witness and the bus. */
export async function checkRun(simulation: Simulation, client: Client): Promise<void> {
  const { truth, witness } = simulation
  const { runId } = client
  const violate = (rule: string, detail: string) =>
    witness.violate(rule, `${runId} (${client.program.type}): ${detail}`)
  const run = await truth.run(runId)
  if (run === undefined) return violate('run-lost', 'its start was acknowledged and it is not there')
  const journal = await truth.journal({ runId })
  if (!isFinished(run.status)) {
    checkSignals(journal, violate)
    return violate('run-lost', `it is ${run.status} at version ${run.version}, held by ${run.worker}`)
  }
  const last = journal.at(-1)
  if (run.status === 'completed') checkOutput(journal, client, violate)
  else if (run.status === 'failed' || !client.cancelled) {
    violate('status', `it is ${run.status}: ${JSON.stringify(last?.payload)}`)
  }
  checkVersions(journal, violate)
  checkAccepted(simulation, client, journal, violate)
  checkEntries(lineage(journal), client.expected!, run.status === 'completed', violate)
  checkUnique(journal, violate)
  checkRaces(lineage(journal), violate)
  checkMessages(simulation, client, journal, violate)
  checkTraces(simulation, client, journal, violate)
}

type Violate = (rule: string, detail: string) => void

function checkOutput(journal: readonly Entry[], { program, expected }: Client, violate: Violate): void {
  const line = lineage(journal)
  const last = journal.at(-1)!
  if (last.kind !== 'completed') violate('status', `it is completed and its last entry is ${last.kind}`)
  const bare = program.kind === 'graph' && !program.summed
  const results = line
    .filter(({ kind }) => kind === 'step_completed')
    .map(({ step, payload }) => [step, payload])
  const output = bare ? Object.fromEntries(results) : last.payload
  if (canonical(output) === canonical(expected!.output)) return
  violate('output', `it returned ${canonical(output)} and should return ${canonical(expected!.output)}`)
}

function checkVersions(journal: readonly Entry[], violate: Violate): void {
  journal.forEach(({ version }, index) => {
    if (version !== index + 1) violate('versions', `entry ${index + 1} has version ${version}`)
  })
}

/** A run that does not end misses what it had before somebody rolled it back. */
function checkSignals(journal: readonly Entry[], violate: Violate): void {
  const received = ({ kind }: Entry) => kind === 'signal_received'
  const counts = new Set(
    lineage(journal)
      .filter(received)
      .map(({ step }) => step),
  )
  for (const { step, version } of journal.filter(received))
    if (!counts.has(step))
      violate('signal-lost', `'${step}' was received at version ${version} and never again`)
}

/** What the store said it took stands in the journal, and nothing else that a process could have written. */
function checkAccepted(
  { witness }: Simulation,
  { runId, parent }: Client,
  journal: readonly Entry[],
  violate: Violate,
): void {
  const accepted = witness.accepted.get(runId) ?? new Map<number, never>()
  for (const [version, { kind, step, payload }] of accepted) {
    const entry = journal[version - 1]
    const stands = entry?.kind === kind && entry.step === step && JSON.stringify(entry.payload) === payload
    if (!stands)
      violate(
        'journal',
        `version ${version} was taken as ${kind} ${step} and reads ${entry?.kind} ${entry?.step}`,
      )
  }
  for (const { version, kind, step } of journal) {
    const written = accepted.has(version) || version <= (parent?.version ?? 0) || BY_STORE.has(kind)
    if (!written) violate('journal', `version ${version} (${kind} ${step}) was written by nobody`)
  }
}

/** Kinds that the store writes itself; `failed` only for a crash loop. */
const BY_STORE: ReadonlySet<string> = new Set(['started', 'resumed', 'rolled_back', 'forked', 'failed'])

function checkEntries(
  line: readonly Entry[],
  { entries, order }: Expectation,
  complete: boolean,
  violate: Violate,
): void {
  const places = new Map<string, number>()
  for (const { kind, step, version } of line) {
    const family = FAMILY[kind]
    if (family === undefined) continue
    const id = `${family} ${step}`
    const expected = entries.get(id)
    if (expected === undefined)
      violate('entry-once', `version ${version} is ${kind} of '${id}', which it has not`)
    else if (kind === expected.kind) {
      if (places.has(id)) violate('entry-once', `'${id}' stands at ${places.get(id)} and ${version}`)
      places.set(id, version)
    } else if (!(kind === 'step_failed' && expected.fragile)) {
      violate('entry-once', `version ${version} is ${kind} of '${id}', which should be ${expected.kind}`)
    }
  }
  for (const [id, { optional }] of entries) {
    if (complete && !optional && !places.has(id)) violate('entry-once', `'${id}' is missing`)
  }
  for (const [first, second] of order) {
    const [a, b] = [places.get(first), places.get(second)]
    if (b === undefined || (a !== undefined && a < b)) continue
    violate('order', `'${second}' stands at ${b}, '${first}' at ${a}`)
  }
}

/** One finished entry for each epoch and step, rolled-back lines included. */
function checkUnique(journal: readonly Entry[], violate: Violate): void {
  const seen = new Map<string, number>()
  for (const { epoch, kind, step, version } of journal) {
    if (FAMILY[kind] === undefined || kind === 'step_failed') continue
    const id = `${epoch} ${FAMILY[kind]} ${step}`
    if (seen.has(id)) violate('entry-once', `'${id}' stands at ${seen.get(id)} and ${version}`)
    seen.set(id, version)
  }
}

/** Branches went on in the order in which their outcomes stand in the journal. */
function checkRaces(line: readonly Entry[], violate: Violate): void {
  const places = new Map(line.map(({ step, version }) => [step, version]))
  const isRace = ({ kind, step }: Entry) => kind === 'step_completed' && RACE_NAME.test(step ?? '')
  for (const { step, payload } of line.filter(isRace)) {
    const versions = (payload as readonly string[]).map((name) => places.get(name) ?? 0)
    const late = versions.findIndex((version, index) => version < (versions[index - 1] ?? 0))
    if (late > 0)
      violate('order', `in '${step}' version ${versions[late]} went on after ${versions[late - 1]}`)
  }
}

const RACE_NAME = new RegExp(`(^|/)${RACE}(#\\d+)?$`)

/** Every lifecycle entry left at least once, and for the first time in the order of the journal. */
function checkMessages(
  { heard }: Simulation,
  client: Client,
  journal: readonly Entry[],
  violate: Violate,
): void {
  const { runId, parent } = client
  const firsts = new Map<string, string>()
  for (const message of heard)
    if (message.runId === runId && !firsts.has(message.id)) firsts.set(message.id, message.event)
  const due = journal.filter(
    ({ kind, version }) => LIFECYCLE_KINDS.has(kind) && version > (parent?.version ?? 0),
  )
  for (const { kind, version } of due) {
    const event = firsts.get(`${runId}:${version}`)
    if (event === undefined) violate('outbox', `version ${version} (${kind}) never left`)
    else if (event !== `workflow_${kind}`) violate('outbox', `version ${version} (${kind}) left as ${event}`)
  }
  if (firsts.size > due.length) violate('outbox', `${firsts.size} messages left for ${due.length} entries`)
  const versions = [...firsts.keys()].map((id) => Number(id.split(':')[1]))
  const late = versions.findIndex((version, index) => version < (versions[index - 1] ?? 0))
  if (late > 0) violate('outbox-order', `version ${versions[late]} left after ${versions[late - 1]}`)
}

/** Whoever sends a message of a run, and however late, the message belongs to the trace that opened the run. */
function checkTraces(
  { heard }: Simulation,
  { runId }: Client,
  journal: readonly Entry[],
  violate: Violate,
): void {
  const expected = traceOf(journal[0]?.meta.traceparent)
  if (expected === undefined) return
  for (const { id, event, traceparent } of heard.filter((message) => message.runId === runId)) {
    if (traceOf(traceparent) === expected) continue
    violate('trace', `${event} ${id} left in trace ${traceOf(traceparent)} and not in ${expected}`)
  }
}

/** JSON whose keys are sorted: an object's order of keys is the order in which steps finished. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.fromEntries(sorted))
}
