/**
 * The first fenced block of TypeScript in a README.
 *
 * @returns The code between the fences, or nothing when there is no such block.
 */
export function readmeExample(markdown: string): string | undefined {
  return /^```ts(?:[ \t][^\n]*)?\n(?<code>.*?)^```/ms.exec(markdown)?.groups?.code
}
