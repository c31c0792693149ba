import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import process from 'node:process'

/** Where system programs are that a user's PATH often leaves out. */
const SYSTEM_FOLDERS = process.platform === 'win32' ? [] : ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The full path of an installed program, the first found in the folders of PATH; `undefined` if there is none. */
export async function onPath(program: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  const name = process.platform === 'win32' ? `${program}.exe` : program
  for (const folder of folders.filter((one) => one !== '')) {
    const candidate = join(folder, name)
    if (await isProgram(candidate)) return candidate
  }
  return undefined
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
