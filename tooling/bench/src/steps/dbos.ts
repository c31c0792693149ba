import { importPeer } from '../peers.ts'
import { awaited, type Engine, OUTPUT, STEPS } from './engine.ts'

/** What we use of DBOS. */
interface DbosModule {
  readonly DBOS: {
    setConfig(config: { [name: string]: unknown }): void
    registerWorkflow<A extends unknown[], R>(
      run: (...input: A) => Promise<R>,
      options: { name: string },
    ): (...input: A) => Promise<R>
    runStep<T>(step: () => Promise<T>, options: { name: string }): Promise<T>
    launch(): Promise<void>
    shutdown(): Promise<void>
  }
}

/** DBOS Transact on Postgres, with as many connections as it likes to have at 200 runs. */
export async function openDbos(systemDatabaseUrl: string): Promise<Engine> {
  const { DBOS } = await importPeer<DbosModule>('@dbos-inc/dbos-sdk')
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl, systemDatabasePoolSize: 20, logLevel: 'error' })
  const tenSteps = DBOS.registerWorkflow(
    async (n: number) => {
      for (let step = 0; step < STEPS; step++) {
        await DBOS.runStep(async () => OUTPUT, { name: `step ${step}` })
      }
      return n
    },
    { name: 'ten-steps' },
  )
  await DBOS.launch()
  return awaited(
    'dbos',
    (n) => tenSteps(n),
    () => DBOS.shutdown(),
  )
}
