import { TOKEN_SUBPROTOCOL } from '../wire/message.ts'

/** Who knocks: a request before it has become a connection. */
export interface Visitor {
  readonly transport: 'websocket' | 'sse'
  readonly url: URL
  /** `Authorization: Bearer …`, or on a WebSocket the subprotocol that the client of this package sends. */
  readonly token: string | undefined
  /** Remote address as the server sees it; a proxy's, if there is one. Nothing where the platform does not tell. */
  readonly address: string | undefined
  /** A header of the request, by its name in any case. */
  readonly header: (name: string) => string | undefined
}

/** The token that a request carries. */
export function tokenOf(header: Visitor['header']): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const offered = (header('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim())
  const carried = offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL))
  return carried === undefined ? undefined : readBase64Url(carried.slice(TOKEN_SUBPROTOCOL.length))
}

/**
 * May a page of this origin connect? Browsers always say their origin on a WebSocket, other clients do not: for those
 * the token decides alone.
 * @param allowed origins like `https://app.example`, `*` for all; nothing for the server's own origin alone
 */
export function isOriginAllowed(header: Visitor['header'], allowed: readonly string[] | undefined): boolean {
  const origin = header('origin')
  if (origin === undefined) return true
  if (allowed !== undefined) return allowed.includes('*') || allowed.includes(origin)
  return URL.canParse(origin) && new URL(origin).host === header('host')
}

/** Are the two the same? Takes the same time wherever they differ: their SHA-256 digests are compared as a whole. */
export async function sameToken(given: string, expected: string): Promise<boolean> {
  const [one, other] = await Promise.all([digest(given), digest(expected)])
  let difference = 0
  for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!
  return difference === 0
}

/**
 * An `authorize` that lets in whoever has one of the tokens; all are compared, in constant time. The identity is the
 * token's name.
 * @example createWebSocketBridge(bus, { authorize: byToken({ dashboard: process.env.DASHBOARD_TOKEN }) })
 * @throws TypeError for a token that is missing or shorter than 16 characters: it would let in who guesses
 */
export function byToken<Name extends string>(
  tokens: Readonly<Record<Name, string | undefined>>,
): (visitor: Visitor) => Promise<Name | undefined> {
  const all = Object.entries(tokens) as [Name, string | undefined][]
  const short = all.find(([, token]) => (token ?? '').length < 16)
  if (short) throw new TypeError(`The token "${short[0]}" is missing or shorter than 16 characters.`)
  return async ({ token }) => {
    if (token === undefined) return undefined
    const same = await Promise.all(all.map(([, expected]) => sameToken(token, expected!)))
    return all[same.indexOf(true)]?.[0]
  }
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

function readBase64Url(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}
