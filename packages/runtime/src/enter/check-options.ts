import { RuntimeError } from '../errors.ts'
import type { RuntimeOptions } from './runtime-options.ts'

/** Every option there is; the type keeps the list whole. */
const KNOWN: { readonly [option in keyof Required<RuntimeOptions>]: true } = {
  workflows: true,
  agents: true,
  stateStore: true,
  messageBus: true,
  events: true,
  concurrency: true,
  taskConcurrency: true,
  lease: true,
  sweep: true,
  worker: true,
  breakers: true,
  autoDisable: true,
  ports: true,
  telemetry: true,
  logs: true,
}

/**
 * Refuses what TypeScript would have refused: an option that does not exist would be ignored in silence, and the
 * journal could end up where nobody looks for it. Throws `INVALID_DEFINITION`.
 */
export function checkOptions(options: RuntimeOptions): void {
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, option)) continue
    throw invalid(`createRuntime has no option '${option}'. It has: ${Object.keys(KNOWN).join(', ')}.`)
  }
  for (const option of ['workflows', 'agents'] as const) {
    if (options[option] !== undefined && !Array.isArray(options[option])) {
      throw invalid(`'${option}' must be an array. Put a single one in brackets.`)
    }
  }
  const { stateStore, messageBus } = options
  if (stateStore !== undefined && (typeof stateStore !== 'object' || stateStore === null)) {
    throw invalid(`'stateStore' must be an object such as { path: '.pawl/store.db' }, or an open store.`)
  }
  if (
    messageBus !== undefined &&
    messageBus !== 'memory' &&
    typeof messageBus?.publishResult !== 'function'
  ) {
    throw invalid(`'messageBus' must be 'memory' or an open message bus.`)
  }
}

const invalid = (message: string): RuntimeError => new RuntimeError('INVALID_DEFINITION', message)
