import { connect } from 'node:net'

const PATIENCE_MS = 1_000

/** Whether a port of the loopback accepts a connection now, and, if `ask` is given, answers that in the `expected` way. */
export function answersOn(port: number, ask?: string, expected = /^/): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(PATIENCE_MS, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
    socket.once('connect', () => {
      if (ask === undefined) settle(true)
      else socket.write(ask)
    })
    socket.once('data', (answer) => settle(expected.test(String(answer))))
  })
}
