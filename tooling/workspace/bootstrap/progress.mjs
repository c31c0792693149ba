/**
 * Says on stderr that something takes a while: one line that counts the seconds on a terminal, plain lines elsewhere.
 *
 * @param {string} what
 * @returns {(ending: string) => void} To be called once, with how it ended.
 */
export function announce(what) {
  const began = Date.now()
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`
  if (!process.stderr.isTTY) {
    process.stderr.write(`${what} ...\n`)
    return (ending) => void process.stderr.write(`${what}: ${ending} in ${seconds()}\n`)
  }
  const draw = (/** @type {string} */ text) => process.stderr.write(`\r\x1b[2K${what} ... ${text}`)
  draw(seconds())
  const timer = setInterval(() => draw(seconds()), 1000)
  return (ending) => {
    clearInterval(timer)
    draw(`${ending} in ${seconds()}\n`)
  }
}
