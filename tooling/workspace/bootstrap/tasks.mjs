// Every root script: what it needs installed, and what the workspace's own Node is given to run.

/** @typedef {'demo' | 'all'} Scope What must be installed: only what the demo needs, or everything. */

/**
 * @typedef {object} Task
 * @property {Scope} scope
 * @property {string} entry Path from the root of the workspace.
 * @property {readonly string[]} [args] Arguments that come before the user's own.
 */

/** @type {Readonly<Record<string, Task>>} */
export const tasks = {
  demo: { scope: 'demo', entry: 'apps/runtime-demo/src/main.ts' },
  test: { scope: 'all', entry: 'tooling/workspace/src/test.ts' },
  check: { scope: 'all', entry: 'tooling/workspace/src/check.ts' },
  packages: { scope: 'all', entry: 'tooling/workspace/src/packages.ts' },
  faults: { scope: 'all', entry: 'tooling/faults/src/main.ts' },
  bench: { scope: 'all', entry: 'tooling/bench/src/main.ts' },
  changeset: { scope: 'all', entry: 'node_modules/@changesets/cli/bin.js' },
  build: { scope: 'all', entry: 'node_modules/typescript/bin/tsc', args: ['-b'] },
  format: { scope: 'all', entry: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '--write'] },
}
