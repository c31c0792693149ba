import { expect, it } from 'vitest'
import { embeddedScripts, presentScripts } from '../../test/embed-scripts.ts'

it('the embedded scripts are those of the folder (else run `node test/embed-scripts.ts`)', () => {
  expect(presentScripts()).toBe(embeddedScripts())
})
