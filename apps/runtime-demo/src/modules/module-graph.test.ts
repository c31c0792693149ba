import { afterEach, describe, expect, it } from 'vitest'
import { makeTree, removeTree, type TreeFiles } from '../../test/fixture-tree.ts'
import { buildGraph, cycleThrough, reachOf } from './module-graph.ts'
import { packageAround, publicApi, readPackages } from './public-api.ts'
import { readModules } from './read-modules.ts'

const made: string[] = []
afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

const limits = { maxFileBytes: 10_000, maxModules: 100, maxBytes: 1_000_000 }

async function graphOf(files: TreeFiles) {
  const root = await makeTree(files)
  made.push(root)
  const repository = await readModules(root, limits, new AbortController().signal)
  const graph = await buildGraph(repository)
  return { repository, graph, packages: await readPackages(repository, graph) }
}

const edges = ({ imports }: Awaited<ReturnType<typeof graphOf>>['graph']) =>
  [...imports.values()].flat().map(({ from, to }) => `${from} ${to}`)

describe('buildGraph', () => {
  it('resolves as TypeScript and Node do', async () => {
    const { graph } = await graphOf({
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
      'src/a.ts':
        "import './b.js'\nimport './folder'\nimport '@/c'\nimport './d.json'\nimport 'left-pad/x'\nimport 'node:fs'\n",
      'src/b.ts': '',
      'src/c.tsx': "require('./e')\n",
      'src/d.json': '{}',
      'src/e.cjs': '',
      'src/folder/index.ts': "import '../gone.ts'\n",
    })
    expect(edges(graph)).toEqual([
      'src/a.ts src/b.ts',
      'src/a.ts src/folder/index.ts',
      'src/a.ts src/c.tsx',
      'src/c.tsx src/e.cjs',
    ])
    expect(graph.externals.get('src/a.ts')).toEqual(['left-pad', 'node:fs'])
    expect(graph.unresolved).toEqual([{ from: 'src/folder/index.ts', line: 1, specifier: '../gone.ts' }])
  })

  it('does without a tsconfig.json that cannot be read', async () => {
    const { graph } = await graphOf({
      'tsconfig.json': '{"extends":"@absent/base"}',
      'a.ts': "import './b.js'\n",
      'b.ts': '',
      'in/tsconfig.json': '{broken',
      'in/c.ts': "import '../a.ts'\n",
    })
    expect(edges(graph)).toEqual(['a.ts b.ts', 'in/c.ts a.ts'])
  })

  it('follows imports to all that depends on a module, and round in a circle', async () => {
    const { graph } = await graphOf({
      'a.ts': "import { b } from './b.ts'\nexport const a = b\n",
      'b.ts': "import { c } from './c.ts'\nexport const b = c\n",
      'c.ts': "import type { a } from './a.ts'\nexport const c = 1\n",
      'd.ts': "import { e } from './e.ts'\nexport const d = e\n",
      'e.ts': "import { d } from './d.ts'\nexport const e = d\n",
      'a.test.ts': "import './a.ts'\n",
    })
    expect(reachOf(graph, 'c.ts', () => true)).toEqual(['a.test.ts', 'a.ts', 'b.ts'])
    expect(reachOf(graph, 'c.ts', ({ isTest }) => !isTest)).toEqual(['a.ts', 'b.ts'])
    expect(cycleThrough(graph, 'd.ts')).toEqual(['d.ts', 'e.ts', 'd.ts'])
    // Types make no cycle: they are gone when it runs.
    expect(cycleThrough(graph, 'a.ts')).toBeUndefined()
  })
})

describe('publicApi', () => {
  it('follows names from what is published to where they are declared', async () => {
    const { graph, packages } = await graphOf({
      'package.json':
        '{"name":"@x/y","exports":{".":{"types":"./dist/index.d.ts","default":"./dist/index.js"},"./sub":"./src/sub.ts"}}',
      'src/index.ts': "export { one as uno } from './one.ts'\nexport * from './all.ts'\n",
      'src/one.ts': 'export const one = 1\nexport const hidden = 2\n',
      'src/all.ts': "export * as ns from './one.ts'\nexport const two = 2\n",
      'src/sub.ts': 'export default 1\n',
      'inner/package.json': '{"name":"inner"}',
      'inner/index.js': 'exports.three = 3\n',
    })
    const api = publicApi(packages, graph)
    const known = [...api].flatMap(([path, names]) =>
      [...names].map(
        ([name, given]) => `${path} ${name} = ${given.specifier} ${given.name} ${given.citation.line}`,
      ),
    )
    expect(known.sort()).toEqual([
      'inner/index.js three = inner three 1',
      'src/all.ts two = @x/y two 2',
      'src/one.ts hidden = @x/y ns 2',
      'src/one.ts one = @x/y uno 1',
      'src/sub.ts default = @x/y/sub default 1',
    ])
    expect(packageAround(packages, 'inner/index.js')?.name).toBe('inner')
    expect(packageAround(packages, 'src/one.ts')?.name).toBe('@x/y')
  })

  it('knows no package where the manifest is none', async () => {
    const { packages } = await graphOf({ 'package.json': '{broken', 'a.ts': '' })
    expect(packages).toEqual([])
  })
})
