import { expect, test } from 'vitest'
import { driversAmong } from './import-rules.ts'

test('finds drivers and lets everything else pass', () => {
  expect(
    driversAmong([
      'file:///app/node_modules/@pawl/state-store/dist/sqlite/index.js',
      'file:///app/node_modules/wsl/index.js',
      'node:events',
      'node:sqlite',
      'node:http',
      'file:///app/node_modules/ws/index.js',
      'file:///app/node_modules/@upstash/redis/nodejs.mjs',
    ]),
  ).toEqual([
    'node:sqlite',
    'node:http',
    'file:///app/node_modules/ws/index.js',
    'file:///app/node_modules/@upstash/redis/nodejs.mjs',
  ])
})
