import { expect, test } from 'vitest'
import { installedProgram } from './installed-program.ts'

test('a program on the PATH is taken, the first of several names that is there', async () => {
  const wanted = { name: 'A shell', debianPackage: 'dash', homebrewPackage: 'dash' }
  expect(await installedProgram({ ...wanted, programs: ['no-such-shell', 'sh'] })).toMatch(/\/sh$/)
})

test('what cannot be had is an error that says how to get it', async () => {
  const wanted = {
    name: 'Nothing',
    programs: ['no-such-program'],
    debianPackage: '-no-such-package-',
    homebrewPackage: 'nothing',
  }
  await expect(installedProgram(wanted)).rejects.toThrow(/apt-get install -y -no-such-package-/)
})
