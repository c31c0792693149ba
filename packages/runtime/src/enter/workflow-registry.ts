import { checkGraph } from '../define/graph.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'

/** The workflows that this process can run, by type and version. */
export class WorkflowRegistry {
  readonly #byType = new Map<string, Map<string, AnyWorkflow>>()

  /** Throws `MISSING_STEP`, `CYCLE`, or `INVALID_DEFINITION` for a second definition of the same type and version. */
  add(workflow: AnyWorkflow): void {
    const { type, version, form } = workflow
    if (form.kind === 'graph') checkGraph(type, form.steps)
    const versions = this.#byType.get(type) ?? new Map<string, AnyWorkflow>()
    if (versions.has(version)) {
      throw new RuntimeError(
        'INVALID_DEFINITION',
        `Workflow '${type}' version '${version}' is given twice. Change the name or the version of one.`,
      )
    }
    versions.set(version, workflow)
    this.#byType.set(type, versions)
  }

  /** What the store may give to this worker. */
  definitions(): { readonly type: string; readonly definitionVersion: string }[] {
    return this.all().map(({ type, version }) => ({ type, definitionVersion: version }))
  }

  all(): AnyWorkflow[] {
    return [...this.#byType.values()].flatMap((versions) => [...versions.values()])
  }

  get(type: string, version: string): AnyWorkflow | undefined {
    return this.#byType.get(type)?.get(version)
  }

  /** The last one given of a type. */
  newest(type: string): AnyWorkflow | undefined {
    return [...(this.#byType.get(type)?.values() ?? [])].at(-1)
  }

  /** The definition that new runs get: the last one given. Throws `UNKNOWN_WORKFLOW` naming those there are. */
  latest(type: string): AnyWorkflow {
    const latest = this.newest(type)
    if (latest !== undefined) return latest
    const known = [...this.#byType.keys()].join(', ') || '(none)'
    throw new RuntimeError(
      'UNKNOWN_WORKFLOW',
      `There is no workflow '${String(type).slice(0, 80)}' in this runtime. It has: ${known}. Pass it to createRuntime({ workflows }).`,
    )
  }
}
