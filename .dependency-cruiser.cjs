// Who may import whom. `npm run check` holds these rules; docs/architecture.md gives the reasons.

const tests = '\\.test\\.ts$'
const lower = '^packages/(event-bus|resilience|message-bus|state-store)/'
const testHelpers = '^packages/[^/]+/src/(conformance|testing)/'
const nodeSubpaths = '^packages/event-bus/src/(websocket|file-sink)/'
const edgeClean = '^packages/(event-bus|resilience|message-bus|runtime)/src/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Neither inside a package nor between packages. A cycle means that two files are one concept.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'lower-packages-stand-alone',
      comment:
        'event-bus, resilience, message-bus and state-store know nothing of one another, nor of the runtime.',
      severity: 'error',
      from: { path: lower },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'packages-meet-at-their-roots',
      comment:
        'A package imports what another one exports at its root; a test may use any subpath that is exported.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/', pathNot: tests },
      to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'no-way-into-another-package-but-its-exports',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'packages-know-no-apps-or-tooling',
      comment: 'Their tests may start the real servers of the testkit.',
      severity: 'error',
      from: { path: '^packages/', pathNot: [tests, '^packages/[^/]+/(test/|vitest\\.config\\.ts$)'] },
      to: { path: '^(apps|tooling)/' },
    },
    {
      name: 'cores-know-no-node',
      comment:
        'event-bus, resilience, message-bus and runtime also run on edge runtimes, Deno and Bun: their cores import ' +
        'nothing of Node. Helpers for tests and the parts that are for Node alone, which have subpaths of their own, may.',
      severity: 'error',
      from: { path: edgeClean, pathNot: [tests, testHelpers, nodeSubpaths] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cores-leave-node-subpaths-alone',
      severity: 'error',
      from: { path: edgeClean, pathNot: [tests, testHelpers, nodeSubpaths] },
      to: { path: nodeSubpaths },
    },
    {
      name: 'cores-leave-test-helpers-alone',
      severity: 'error',
      from: { path: edgeClean, pathNot: [tests, testHelpers] },
      to: { path: testHelpers },
    },
    {
      name: 'no-undeclared-dependencies',
      comment:
        'What is imported is declared in the package.json beside it. (What does not resolve, tsc finds.)',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-dependencies-in-sources',
      comment: 'Whoever installs the package does not have them.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    // Not `dist` anywhere: that would hide most of node_modules, and with it what the packages depend on.
    exclude: { path: ['^packages/[^/]+/dist/', '/fixtures/', '^tooling/bench/peers/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    tsPreCompilationDeps: true,
  },
}
