import process from 'node:process'

// Imports the package's root and prints which of Node's modules that loaded.

const loaded = (): ReadonlySet<string> =>
  new Set((process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList)

const before = loaded()
await import('../../src/index.ts')
console.log(JSON.stringify([...loaded()].filter((name) => !before.has(name))))
await import('../../src/sqlite/index.ts')
console.log(JSON.stringify([...loaded()].filter((name) => !before.has(name))))
