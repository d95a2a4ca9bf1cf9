// The commands of package.json: each is in the list of `bun run help`, prints its usage for --help and refuses an
// option that it does not have.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { commands } from '../../src/tools/help.ts'

setDefaultTimeout(30_000)

const root = join(import.meta.dir, '..', '..')
const { scripts } = (await Bun.file(join(root, 'package.json')).json()) as { scripts: Record<string, string> }
/** `prestart` and the like run before another command. */
const names = Object.keys(scripts).filter((name) => !(name.startsWith('pre') && name.slice(3) in scripts))
/** Commands with a file of ours, and the words after `bun`: all but `test`, whose --help is Bun's own. */
const ours = names.flatMap((name) => {
  const words = scripts[name].split(' ')
  return words[0] === 'bun' && words[1].endsWith('.ts') ? [[name, words.slice(1)] as const] : []
})

async function run(words: readonly string[]) {
  const child = Bun.spawn([process.execPath, ...words], { cwd: root, stdout: 'pipe', stderr: 'pipe' })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, err }
}

test('help lists every command of package.json, and no other', () => {
  expect(Object.keys(commands).sort()).toEqual(names.sort())
})

test('help prints a line for each command', async () => {
  const { code, out } = await run(['src/tools/help.ts'])
  expect(code).toBe(0)
  for (const [name, does] of Object.entries(commands))
    expect(out).toMatch(new RegExp(`bun run ${name} +${does}`))
})

test('all commands but `test` are files of ours', () => {
  expect(ours.map(([name]) => name).sort()).toEqual(names.filter((name) => name !== 'test').sort())
})

test.each(ours)(
  '%s --help prints its usage and ends with 0; an unknown option is refused with the usage',
  async (name, words) => {
    // Every other option of test:live goes to `bun test`.
    const passesOn = name === 'test:live'
    const [help, wrong] = await Promise.all([
      run([...words, '--help']),
      passesOn ? undefined : run([...words, '--no-such-option']),
    ])
    expect(help.out + help.err).toStartWith(`usage: bun run ${name}`)
    expect(help.code).toBe(0)
    if (wrong === undefined) return
    expect(wrong.out + wrong.err).toContain(`usage: bun run ${name}`)
    expect(wrong.out + wrong.err).toContain('no-such-option')
    expect(wrong.code).not.toBe(0)
  },
  30_000,
)
