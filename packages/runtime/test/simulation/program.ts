import type { Random } from './random.ts'
import { SERVICES } from './services.ts'

/** A step of a program: how long it takes, and how it fails. */
export interface StepNode {
  readonly kind: 'step'
  readonly name: string
  readonly ms: number
  /** Attempts that fail before one succeeds. More than `retries` means that the step fails for good. */
  readonly fails: number
  readonly retries: number
  /** The step fails until somebody mends the world; then the run is resumed. */
  readonly fragile: boolean
  /** The agent that does it, if one does. */
  readonly agent: string | null
}

/** What a code workflow does, as data: the same program is run by the runtime and by the model. */
export type CodeNode =
  | StepNode
  | { readonly kind: 'sleep'; readonly name: string; readonly ms: number }
  /** A signal that somebody sends, or one that nobody sends and that times out. */
  | { readonly kind: 'signal'; readonly timeoutMs: number | null; readonly sent: boolean }
  /** Signals of one name, one after the other. */
  | { readonly kind: 'letters'; readonly count: number }
  | { readonly kind: 'share' }
  | { readonly kind: 'repeat'; readonly times: number; readonly body: readonly CodeNode[] }
  | { readonly kind: 'all'; readonly named: boolean; readonly branches: readonly (readonly CodeNode[])[] }
  | {
      readonly kind: 'map'
      readonly count: number
      readonly concurrency: number | undefined
      readonly keyed: boolean
      readonly body: readonly CodeNode[]
    }
  | { readonly kind: 'choose'; readonly odd: readonly CodeNode[]; readonly even: readonly CodeNode[] }
  /** Branches that note which step came when; then a step records what they noted. */
  | { readonly kind: 'race'; readonly branches: readonly (readonly StepNode[])[] }
  /** Branches of which one fails; the code catches that and goes on, the others are left alone. */
  | { readonly kind: 'catch'; readonly branches: readonly (readonly CodeNode[])[] }

export interface GraphNode extends Omit<StepNode, 'kind'> {
  readonly after: readonly string[]
  /** Runs only if the hash of what it sees is odd. */
  readonly whenOdd: boolean
}

export type Program =
  | { readonly kind: 'code'; readonly type: string; readonly body: readonly CodeNode[] }
  | {
      readonly kind: 'graph'
      readonly type: string
      readonly nodes: readonly GraphNode[]
      readonly concurrency: number | undefined
      readonly summed: boolean
    }

/** A random program of either kind. */
export const drawProgram = (random: Random, type: string): Program =>
  random.chance(0.35) ? drawGraph(random, type) : { kind: 'code', type, body: drawCode(random, 0, 3, 6) }

const NAMES = ['fetch', 'rank', 'write', 'check']

function drawStep(random: Random, name: string): StepNode {
  const flaky = random.chance(0.25)
  const hopeless = random.chance(0.08)
  const retries = flaky || hopeless ? random.int(1, 2) : 0
  return {
    kind: 'step',
    name,
    ms: random.chance(0.4) ? 0 : random.int(1, 4_000),
    fails: hopeless ? 99 : flaky ? random.int(1, retries) : 0,
    retries,
    fragile: !hopeless && random.chance(0.04),
    agent: null,
  }
}

/** Some steps are done by an agent, whose service fails as a whole and not by attempts. */
const perhapsByAgent = (random: Random, step: StepNode): StepNode =>
  random.chance(0.2)
    ? { ...step, agent: random.pick(SERVICES), fails: 0, retries: random.int(0, 1), fragile: false }
    : step

/** Names come from a short list on purpose: repetitions and equal names in parallel branches are the rule. */
function drawCode(random: Random, depth: number, from: number, to: number): CodeNode[] {
  return Array.from({ length: random.int(from, to) }, () => drawNode(random, depth))
}

function drawNode(random: Random, depth: number): CodeNode {
  const what = random.int(0, depth < 2 ? 22 : 12)
  if (what <= 8) return perhapsByAgent(random, drawStep(random, random.pick(NAMES)))
  if (what === 9) return { kind: 'share' }
  if (what === 10) {
    return {
      kind: 'sleep',
      name: random.pick(['nap', 'rest']),
      ms: random.pick([0, 300, 900, 5_000, 40_000]),
    }
  }
  if (what <= 12) return drawSignal(random)
  if (what <= 14) return { kind: 'repeat', times: random.int(2, 4), body: drawCode(random, depth + 1, 1, 2) }
  if (what <= 16) return drawAll(random, depth)
  if (what <= 18) return drawMap(random, depth)
  if (what === 19) {
    return { kind: 'choose', odd: drawCode(random, depth + 1, 0, 2), even: drawCode(random, depth + 1, 1, 2) }
  }
  if (what <= 21) return drawRace(random)
  return { kind: 'catch', branches: [[hopeless(random)], drawCode(random, 2, 1, 3)] }
}

const hopeless = (random: Random): StepNode => ({
  ...drawStep(random, 'break'),
  fails: 99,
  fragile: false,
})

function drawSignal(random: Random): CodeNode {
  if (random.chance(0.25)) return { kind: 'letters', count: random.int(2, 4) }
  const sent = random.chance(0.7)
  return { kind: 'signal', sent, timeoutMs: sent ? null : random.pick([200, 3_000, 20_000]) }
}

function drawAll(random: Random, depth: number): CodeNode {
  const branches = Array.from({ length: random.int(2, 3) }, () => drawCode(random, depth + 1, 1, 2))
  return { kind: 'all', named: random.chance(0.5), branches }
}

/** All steps take equally long, so that their outcomes meet. */
function drawRace(random: Random): CodeNode {
  const ms = random.pick([0, 0, 100])
  const steady = (): StepNode => ({ ...drawStep(random, random.pick(NAMES)), ms, fails: 0, fragile: false })
  const row = () => Array.from({ length: random.int(1, 3) }, steady)
  return { kind: 'race', branches: Array.from({ length: random.int(2, 4) }, row) }
}

const drawMap = (random: Random, depth: number): CodeNode => ({
  kind: 'map',
  count: random.int(2, 4),
  concurrency: random.chance(0.4) ? random.int(1, 2) : undefined,
  keyed: random.chance(0.3),
  body: drawCode(random, depth + 1, 1, 2),
})

function drawGraph(random: Random, type: string): Program {
  const nodes: GraphNode[] = []
  const count = random.int(2, 8)
  for (let index = 0; index < count; index++) {
    const { kind: _, ...step } = perhapsByAgent(random, drawStep(random, `s${index}`))
    const after = nodes.map(({ name }) => name).filter(() => random.chance(1.4 / (index + 1)))
    const fails = Math.min(step.fails, step.retries)
    nodes.push({ ...step, fails, after, whenOdd: random.chance(0.2) })
  }
  const concurrency = random.chance(0.3) ? random.int(1, 3) : undefined
  return { kind: 'graph', type, nodes, concurrency, summed: random.chance(0.3) }
}
