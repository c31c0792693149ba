import type { Commit, Entry, EntryFilter, StateStore } from '@pawl/state-store'
import { ForwardingStore } from './forwarding-store.ts'

/** The last version before the gap, in every run. */
const BEFORE = 4

const shown = (version: number): number => (version > BEFORE ? version + 1 : version)
const real = (version: number): number => (version > BEFORE ? version - 1 : version)

const show = <T extends { readonly version: number }>(of: T): T => ({ ...of, version: shown(of.version) })
const at = <T extends { readonly version?: number }>(of: T): T =>
  of.version === undefined ? of : { ...of, version: real(of.version) }

/** A store that leaves out a number: after version 4 comes version 6, and everybody is told so. */
export class GappedStore extends ForwardingStore {
  override async claim(request: Parameters<StateStore['claim']>[0]) {
    return (await super.claim(request)).map(show)
  }
  override async commit(commit: Commit) {
    const verdict = await super.commit(at(commit))
    return verdict.ok ? show(verdict) : verdict
  }
  override async rollback(request: Parameters<StateStore['rollback']>[0]) {
    return show(await super.rollback(at(request)))
  }
  override async resume(request: Parameters<StateStore['resume']>[0]) {
    return show(await super.resume(request))
  }
  override async fork(request: Parameters<StateStore['fork']>[0]) {
    return show(await super.fork(at(request)))
  }
  override async run(runId: string) {
    const run = await super.run(runId)
    return run === undefined ? undefined : show(run)
  }
  override async entries(runId: string, filter: EntryFilter = {}) {
    const { from, to } = filter
    const asked = { ...filter, ...(from === undefined ? {} : { from: at({ version: from }).version }) }
    const page = await super.entries(runId, {
      ...asked,
      ...(to === undefined ? {} : { to: at({ version: to }).version }),
    })
    return { ...page, items: page.items.map(show) }
  }
  override async journal(place: Parameters<StateStore['journal']>[0]): Promise<readonly Entry[]> {
    return (await super.journal(at(place))).map(show)
  }
  override async unsent(request: Parameters<StateStore['unsent']>[0]) {
    const unsent = await super.unsent(request)
    return unsent.map(({ run, entries }) => ({ run: show(run), entries: entries.map(show) }))
  }
  override confirm(request: Parameters<StateStore['confirm']>[0]): void {
    super.confirm(at(request))
  }
}
