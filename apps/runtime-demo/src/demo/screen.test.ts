import { expect, it } from 'vitest'
import { Screen } from './screen.ts'

/** A terminal of so many columns that remembers what was written to it. */
function terminal(columns: number, isTTY = true) {
  const written: string[] = []
  const stream = {
    isTTY,
    columns,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream
  return { screen: new Screen(stream), written }
}

it('keeps one changing line for each subject below the lines that stay', () => {
  const { screen, written } = terminal(80)
  screen.status('a', 'a 1')
  screen.status('b', 'b 1')
  written.length = 0
  screen.line('stays')
  expect(written).toEqual(['\r\u001b[2A\u001b[0Jstays\na 1\nb 1\n'])
  written.length = 0
  screen.status('a', undefined)
  expect(written).toEqual(['\r\u001b[2A\u001b[0Jb 1\n'])
})

it('cuts a changing line to the width, so that it can be cleared', () => {
  const { screen, written } = terminal(12)
  screen.status('a', 'x'.repeat(40))
  expect(written.at(-1)).toBe(`${'x'.repeat(11)}\n`)
})

it('has no changing lines where there is no terminal', () => {
  const { screen, written } = terminal(80, false)
  screen.status('a', 'a 1')
  screen.line('stays')
  expect(written).toEqual(['stays\n'])
})
