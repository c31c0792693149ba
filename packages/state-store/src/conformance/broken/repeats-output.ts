import { type BrokenStore, wrapping } from './broken-store.ts'

/** Gives a reader who goes on the last chunk that he saw again. */
export const repeatsOutput: BrokenStore = {
  name: 'repeats output',
  wrap: (harness) =>
    wrapping(harness, ({ output }) => ({
      output: {
        write: (chunk) => output.write(chunk),
        read: ({ after = 0, ...request }) => output.read({ ...request, after: Math.max(0, after - 1) }),
        dropped: () => output.dropped(),
        flush: () => output.flush(),
      },
    })),
}
