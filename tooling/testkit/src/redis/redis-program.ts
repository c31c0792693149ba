import { installedProgram } from '../debian/installed-program.ts'

/** The full path of redis-server or valkey-server. Rejects with how to get it. */
export const redisProgram = (): Promise<string> =>
  installedProgram({
    name: 'Redis',
    programs: ['redis-server', 'valkey-server'],
    debianPackage: 'redis-server',
    homebrewPackage: 'redis',
  })
