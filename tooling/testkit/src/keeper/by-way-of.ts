/** The same address at another port of the loopback. */
export function byWayOf(url: string, port: number): string {
  const made = new URL(url)
  made.hostname = '127.0.0.1'
  made.port = String(port)
  return made.href
}
