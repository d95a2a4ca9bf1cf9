// The commands of package.json: each is in the list of `bun run help`, prints its usage for --help and refuses an
// option that it does not have. The last is tried here with two of them, with the others in `commands.live.ts`.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { commands } from '../../src/tools/help.ts'
import { explainsItself, names, ours, run } from './commands.ts'

setDefaultTimeout(60_000)

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

test.each(ours.filter(([name]) => ['understand', 'call'].includes(name)))(
  '%s --help prints its usage and ends with 0; an unknown option is refused with the usage',
  explainsItself,
)
