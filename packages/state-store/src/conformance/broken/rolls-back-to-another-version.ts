import { type BrokenStore, wrapping } from './broken-store.ts'

/** Goes back one version less than it was asked to. */
export const rollsBackToAnotherVersion: BrokenStore = {
  name: 'rolls back to another version',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      rollback: (request) => store.rollback({ ...request, version: request.version + 1 }),
    })),
}
