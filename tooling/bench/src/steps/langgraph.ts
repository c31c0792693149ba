import { randomUUID } from 'node:crypto'
import { importPeer } from '../peers.ts'
import { awaited, type Engine, OUTPUT, STEPS } from './engine.ts'

interface Graph {
  addNode(name: string, run: () => object): Graph
  addEdge(from: string, to: string): Graph
  compile(options: { checkpointer: unknown }): {
    invoke(
      input: object,
      options: { configurable: { thread_id: string }; durability: 'sync' },
    ): Promise<object>
  }
}

/** What we use of LangGraph.js. */
interface LangGraphModule {
  readonly StateGraph: new (state: unknown) => Graph
  readonly Annotation: (() => unknown) & { Root(channels: object): unknown }
  readonly START: string
  readonly END: string
}

interface Pool {
  end(): Promise<void>
  on(event: 'error', listener: () => void): void
}

interface Saver {
  setup(): Promise<void>
}

/**
 * LangGraph.js with its PostgresSaver: a chain of ten nodes, each writing a channel of its own once, so that no value is
 * kept twice. `durability: 'sync'`: a node's checkpoint is written before the next one starts, as everywhere here.
 */
export async function openLangGraph(connectionString: string): Promise<Engine> {
  const { StateGraph, Annotation, START, END } = await importPeer<LangGraphModule>('@langchain/langgraph')
  const { PostgresSaver } = await importPeer<{ PostgresSaver: new (pool: Pool) => Saver }>(
    '@langchain/langgraph-checkpoint-postgres',
  )
  const pg = await importPeer<{ default: { Pool: new (options: object) => Pool } }>('pg')
  const pool = new pg.default.Pool({ connectionString, max: 20 })
  pool.on('error', () => {})
  const checkpointer = new PostgresSaver(pool)
  await checkpointer.setup()
  const names = Array.from({ length: STEPS }, (_one, step) => `step${step}`)
  const channels = Object.fromEntries(names.map((name) => [`${name}_output`, Annotation()]))
  let graph = new StateGraph(Annotation.Root({ n: Annotation(), ...channels }))
  for (const name of names) graph = graph.addNode(name, () => ({ [`${name}_output`]: OUTPUT }))
  names.forEach((name, step) => {
    graph = graph.addEdge(step === 0 ? START : names[step - 1]!, name)
  })
  const app = graph.addEdge(names.at(-1)!, END).compile({ checkpointer })
  const run = (n: number) =>
    app.invoke({ n }, { configurable: { thread_id: randomUUID() }, durability: 'sync' })
  return awaited('langgraph', run, () => pool.end())
}
