// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are source code
import { describe, expect, test } from 'vitest'
import { codeRules } from './code-rules.ts'
import { matchCode } from './match.ts'
import { loadParser } from './parse.ts'

const parse = await loadParser()

function lookAt(text: string, kind = 'tsx'): string[] {
  const parsed = parse(text, kind)
  if (!parsed.ok) throw new Error(`${parsed.detail} in ${text}`)
  return matchCode(parsed.program, 'a.ts', text).map(({ ruleId, line }) => `${ruleId}:${line}`)
}

const childProcess = "import { exec, execSync as sync, spawn } from 'node:child_process'\n"

/** For each rule: code that it must find (on line 1 unless it has imports), and code that it must leave alone. */
const cases: Record<string, { bad: string[]; good: string[] }> = {
  'code-eval': {
    bad: [
      'eval(x)',
      'eval(`a${x}`)',
      '(0, eval)(x)',
      'globalThis.eval(x)',
      'window?.eval(x)',
      'eval("a" + x)',
    ],
    good: ['eval("1 + 1")', 'eval(`2`)', 'eval("a" + "b")', 'model.eval(x)', 'evaluate(x)', 'eval()'],
  },
  'code-shell-command': {
    bad: [
      `${childProcess}exec(cmd)`,
      `${childProcess}sync(\`ls \${dir}\`)`,
      `${childProcess}exec("ls " + dir)`,
      "import * as cp from 'child_process'\ncp.exec(cmd)",
      "import cp from 'child_process'\ncp.exec(cmd)",
      "const { exec: run } = require('child_process')\nrun(cmd)",
      ";\nrequire('node:child_process').execSync(cmd)",
      "const cp = require('child_process')\ncp.default.exec(cmd)",
      "import { exec } from 'child_process'; const run = promisify(exec)\nrun(cmd)",
      "const { exec } = await import('node:child_process')\nexec(cmd)",
      "import cp = require('child_process')\ncp.exec(cmd)",
    ],
    good: [
      `${childProcess}exec("ls")`,
      `${childProcess}spawn(cmd, args)`,
      '/a/.exec(text)',
      'regex.exec(text)',
      'exec(text)',
      "import { exec } from './db.js'\nexec(cmd)",
    ],
  },
  'code-shell-option': {
    bad: [`${childProcess}spawn(cmd, args, { shell: true })`],
    good: [`${childProcess}spawn(cmd, args, { shell: false })`, 'spawn(cmd, { shell: true })'],
  },
  'code-new-function': {
    bad: ['new Function(x)', 'Function("a", "return a")', 'new globalThis.Function(x)'],
    good: ['new MyFunction(x)', 'x instanceof Function', 'Function.prototype.call.call(f)'],
  },
  'code-vm-run': {
    bad: [
      'vm.runInNewContext(x)',
      'script.runInThisContext()',
      "import { runInContext } from 'node:vm'\nrunInContext(x)",
    ],
    good: ['runInBackground(x)', 'context.runIn(x)'],
  },
  'code-timer-string': {
    bad: ['setTimeout("go()", 1)', 'setInterval(`go(${x})`, 1)', 'window.setTimeout("go()")'],
    good: ['setTimeout(go, 1)', 'setTimeout(() => "x", 1)', 'queue.setTimeout("name")'],
  },
  'code-sql-built': {
    bad: [
      'db.query(`select * from t where a = ${a}`)',
      'db.execute("DELETE FROM t WHERE a = " + a)',
      'pool.query({ text: `update t set a = ${a}`, values: [] })',
      'prisma.$queryRawUnsafe(`SELECT ${a}`)',
    ],
    good: [
      'db.query("select * from t where a = $1", [a])',
      'db.query(sql`select * from t where a = ${a}`)',
      'db.query(`select a ` + `from t`)',
      'client.query(`hello ${name}`)',
      'cache.get(`select ${a}`)',
    ],
  },
  'code-dangerous-html': {
    bad: [
      '<a dangerouslySetInnerHTML={{ __html: x }} />',
      'h("a", { dangerouslySetInnerHTML: { __html: x } })',
    ],
    good: ['<a title="dangerouslySetInnerHTML" />'],
  },
  'code-html-assignment': {
    bad: [
      'a.innerHTML = x',
      'a.outerHTML += x',
      'a["innerHTML"] = `<b>${x}</b>`',
      'a.insertAdjacentHTML("beforeend", x)',
      'document.write(x)',
    ],
    good: [
      'a.innerHTML = ""',
      'a.innerHTML = "<b>" + "</b>"',
      'a.textContent = x',
      'stream.write(x)',
      'b = a.innerHTML',
    ],
  },
  'code-regexp-variable': {
    bad: ['new RegExp(x)', 'RegExp(`^${x}`)'],
    good: ['new RegExp("a")', 'new RegExp(/a/, "g")', 'RegExp.escape(x)'],
  },
  'code-tls-environment-off': {
    bad: [
      'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"',
      'process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = 0',
      'run({ env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } })',
    ],
    good: [
      'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1"',
      'delete process.env.NODE_TLS_REJECT_UNAUTHORIZED',
    ],
  },
  'code-tls-unverified': {
    bad: [
      'tls({ rejectUnauthorized: false })',
      'options.rejectUnauthorized = false',
      'tls({ "rejectUnauthorized": false })',
    ],
    good: ['tls({ rejectUnauthorized: true })', 'tls({ rejectUnauthorized })'],
  },
  'code-weak-hash': {
    bad: [
      'crypto.createHash("md5")',
      'createHash("SHA1")',
      'createHmac("sha-1", key)',
      "import { createHash as hash } from 'node:crypto'\nhash('md5')",
    ],
    good: ['createHash("sha256")', 'createHash(name)'],
  },
  'code-guessable-random': {
    bad: [
      'const token = Math.random().toString(36)',
      'user.sessionId = `s${Math.random()}`',
      'const a = { apiKey: String(Math.random()) }',
      'function makePassword() { return Math.random() }',
      'const newId = () => Math.random()',
      'setToken(Math.random())',
      'class A { secret = Math.random() }',
    ],
    good: [
      'const jitter = Math.random()',
      'const grid = Math.random()',
      'const key = Math.random()',
      'function token() { const delay = Math.random(); wait(delay) }',
      'const valid = Math.random() < 0.5',
    ],
  },
  'code-plain-http': {
    bad: [
      'fetch("http://example.com/a")',
      'axios.get(`http://${host}/a`)',
      'globalThis.fetch("http://example.com")',
    ],
    good: [
      'fetch("https://example.com")',
      'fetch("http://localhost:3000/a")',
      'fetch("http://127.0.0.1")',
      'fetch("http://[::1]:80/")',
      'log("http://example.com")',
    ],
  },
}

test('every rule has cases, and an id of its own', () => {
  expect(Object.keys(cases).sort()).toEqual(codeRules.map(({ id }) => id).sort())
})

describe.each(Object.entries(cases))('%s', (ruleId, { bad, good }) => {
  test.each(bad)('finds %s', (text) => {
    expect(lookAt(text)).toContain(`${ruleId}:${text.split('\n').length}`)
  })

  test.each(good)('leaves alone %s', (text) => {
    expect(lookAt(text).filter((found) => found.startsWith(`${ruleId}:`))).toEqual([])
  })
})

describe('what can be parsed', () => {
  test.each([
    ['js', '#!/usr/bin/env node\nreturn eval(x)'],
    ['js', '// @flow\nconst a: string = eval(x)'],
    ['cjs', 'with (a) eval(x)'],
    ['mjs', 'await eval(x)'],
    ['jsx', '<a>{eval(x)}</a>'],
    ['ts', '@a class B { constructor(@c() d: E) { eval(x!) } }'],
    ['ts', 'const a = <T,>(b: T) => eval(b as string)'],
    ['mts', 'let a = 1; let a = 2; eval(x)'],
  ])('%s: %s', (kind, text) => {
    expect(lookAt(text, kind).map((found) => found.split(':')[0])).toContain('code-eval')
  })

  test('declaration files', () => {
    expect(parse('export default function a(b: string): void\nexport const c: number', 'd.ts').ok).toBe(true)
  })

  test('text that is no program, or nested too deeply, is a result', () => {
    expect(parse('let = =', 'ts')).toMatchObject({ ok: false, detail: expect.stringContaining('(1:6)') })
    expect(parse('('.repeat(200_000), 'js')).toEqual({ ok: false, detail: 'nested too deeply' })
  })

  test('long chains and large arrays cost no call stack', () => {
    expect(lookAt(`${'a.'.repeat(50_000)}b()`, 'js')).toEqual([])
    expect(lookAt(`[${'0,'.repeat(200_000)}0]`, 'js')).toEqual([])
  })
})

describe('fingerprints', () => {
  const fingerprints = (text: string) => {
    const parsed = parse(text, 'js')
    if (!parsed.ok) throw new Error(parsed.detail)
    return matchCode(parsed.program, 'a.js', text).map(({ fingerprint }) => fingerprint)
  }

  test('stay when lines above move or white space changes', () => {
    expect(fingerprints('\n\n  eval( x )')).toEqual(fingerprints('// new\neval( x )'))
  })

  test('tell repetitions of the same code apart', () => {
    expect(new Set(fingerprints('eval(x)\neval(x)\neval(y)')).size).toBe(3)
  })
})
