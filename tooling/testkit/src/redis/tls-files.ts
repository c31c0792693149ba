import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installedProgram } from '../debian/installed-program.ts'

export interface TlsFiles extends AsyncDisposable {
  /** Path of the private key, in PEM. */
  readonly key: string
  /** Path of the certificate, in PEM: for `localhost` and 127.0.0.1, signed by itself. */
  readonly certificate: string
  /** Its text, which a client takes as its authority. */
  readonly authority: string
}

/** A new key with a certificate for a day, made by openssl. */
export async function makeTlsFiles(): Promise<TlsFiles> {
  const openssl = await installedProgram({
    name: 'OpenSSL',
    programs: ['openssl'],
    debianPackage: 'openssl',
    homebrewPackage: 'openssl',
  })
  const folder = await mkdtemp(join(tmpdir(), 'pawl-tls-'))
  const key = join(folder, 'key.pem')
  const certificate = join(folder, 'certificate.pem')
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost'
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await promisify(execFile)(openssl, [...words.split(' '), ...names, '-keyout', key, '-out', certificate])
  return {
    key,
    certificate,
    authority: await readFile(certificate, 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
