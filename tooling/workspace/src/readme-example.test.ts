import { expect, test } from 'vitest'
import { readmeExample } from './readme-example.ts'

test('takes the first block of TypeScript, whatever other blocks come before it', () => {
  const readme =
    '# Title\n\n```sh\nnpm install\n```\n\n```ts\nconst a = 1\n\nconst b = 2\n```\n\n```ts\nlater\n```\n'
  expect(readmeExample(readme)).toBe('const a = 1\n\nconst b = 2\n')
})

test('is not misled by other languages or by backticks in a line', () => {
  expect(readmeExample('```tsx\nno\n```\nand ```ts in a line\n')).toBeUndefined()
})
