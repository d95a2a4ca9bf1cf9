// The commands of package.json, and how the tests run them.

import { expect } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '..', '..')
const { scripts } = (await Bun.file(join(root, 'package.json')).json()) as { scripts: Record<string, string> }
/** `prestart` and the like run before another command. */
export const names = Object.keys(scripts).filter(
  (name) => !(name.startsWith('pre') && name.slice(3) in scripts),
)
/** Commands with a file of ours, and the words after `bun`: all but `test`, whose --help is Bun's own. */
export const ours = names.flatMap((name) => {
  const words = scripts[name].split(' ')
  return words[0] === 'bun' && words[1].endsWith('.ts') ? [[name, words.slice(1)] as const] : []
})

export async function run(words: readonly string[]) {
  const child = Bun.spawn([process.execPath, ...words], { cwd: root, stdout: 'pipe', stderr: 'pipe' })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, err }
}

/** `--help` prints the usage and ends with 0; an option that the command does not have is refused with the usage. */
export async function explainsItself(name: string, words: readonly string[]): Promise<void> {
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
}
