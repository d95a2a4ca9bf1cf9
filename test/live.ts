// `bun run test:live [filter...]`: every `*.live.ts` below test/, each file in a `bun test` of its own. These
// tests live in real time or take long: faults, clouds, fuzzing, whole sets, drains, kills. `bun test` alone takes
// `*.test.ts` only. A filter is a part of a path; everything that begins with `-` goes to `bun test`. Exits with 1 when
// a test failed.

import { join } from 'node:path'
import { Glob } from 'bun'
import { wantsHelp } from '../src/base/command-line.ts'

// Most of these wait for something, so two files run at a time. They measure real time on machines that others use:
// a failed test runs once more, and a file that still has a failed one runs once more by itself, when no other does.

/** For tests that set no limit of their own. Bun's 5 s is short for real time on a busy machine. */
const timeoutMs = 120_000
const filesAtOnce = 2

/**
 * Tests of one file that run side by side. Each brings a server with its own threads: 20 of them, Bun's default, kept two
 * cores busy for longer than the calls' own limits.
 */
const sideBySide = 5

const usage = `usage: bun run test:live [part of a path]... [options of bun test]

  runs the tests that live in real time or take long (test/**/*.live.ts)`

const arguments_ = process.argv.slice(2)
if (wantsHelp(arguments_)) {
  console.log(usage)
  process.exit(0)
}
const flags = arguments_.filter((argument) => argument.startsWith('-'))
const filters = arguments_.filter((argument) => !argument.startsWith('-'))
const files = [...new Glob('**/*.live.ts').scanSync(import.meta.dir)]
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort()
if (files.length === 0) {
  console.error(`No file test/**/*.live.ts has ${filters.join(' or ')} in its path.`)
  process.exit(1)
}
type Outcome = { code: number; pass: number; fail: number; skip: number }

/** Runs one file and prints its output whole, so that those of two files do not mix. */
async function run(file: string): Promise<Outcome> {
  const limits = [`--timeout=${timeoutMs}`, '--retry=1', `--max-concurrency=${sideBySide}`]
  const test = Bun.spawn([process.execPath, 'test', ...limits, ...flags, `./test/${file}`], {
    ...{
      cwd: join(import.meta.dir, '..'),
      env: { ...process.env, NO_COLOR: '1' },
      stdin: 'inherit',
      stdout: 'pipe',
      stderr: 'pipe',
    },
  })
  const texts = [new Response(test.stdout).text(), new Response(test.stderr).text()]
  const output = (await Promise.all(texts)).join('')
  process.stdout.write(output)
  const count = (word: string) => Number(output.match(new RegExp(`^ *([0-9]+) ${word}$`, 'm'))?.[1] ?? 0)
  return {
    code: await test.exited,
    pass: count('pass'),
    fail: count('fail'),
    skip: count('skip') + count('todo'),
  }
}

const outcomes = new Map<string, Outcome>()
const waiting = files.values()
const runNext = async () => {
  for (const file of waiting) outcomes.set(file, await run(file))
}
await Promise.all(Array.from({ length: filesAtOnce }, runNext))
for (const [file, { code }] of [...outcomes])
  if (code !== 0) {
    console.log(`\n${file} once more, by itself:`)
    outcomes.set(file, await run(file))
  }
const sum = (of: (outcome: Outcome) => number) =>
  [...outcomes.values()].reduce((total, one) => total + of(one), 0)
// A file that ended before it counted its tests has failed as well.
const failed = sum(({ code, fail }) => (code !== 0 && fail === 0 ? 1 : fail))
console.log(
  `\nin ${files.length} files\n ${sum(({ pass }) => pass)} pass\n ${sum(({ skip }) => skip)} skip\n ${failed} fail`,
)
process.exit(failed === 0 ? 0 : 1)
