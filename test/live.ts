// `bun run test:live [filter...]`: every `*.live.ts` below test/, in one run of `bun test`. These tests live in real
// time or take long: faults, clouds, fuzzing, whole sets, drains, kills. `bun test` alone takes `*.test.ts` only.
// A filter is a part of a path; everything that begins with `-` goes to `bun test`. Exits with its code.

import { join } from 'node:path'
import { Glob } from 'bun'
import { wantsHelp } from '../src/base/command-line.ts'

// A failed test runs once more, because these measure real time on machines that others use; Bun prints both tries.

/** For tests that set no limit of their own. Bun's 5 s is short for real time on a busy machine. */
const timeoutMs = 120_000

/**
 * Tests of one file that run side by side. Each brings a server with its own threads: 20 of them, Bun's default, kept two
 * cores busy for longer than the calls' own limits.
 */
const sideBySide = 8

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
const run = Bun.spawn(
  [
    process.execPath,
    'test',
    `--timeout=${timeoutMs}`,
    '--retry=1',
    `--max-concurrency=${sideBySide}`,
    ...flags,
    ...files.map((file) => `./test/${file}`),
  ],
  { cwd: join(import.meta.dir, '..'), stdio: ['inherit', 'inherit', 'inherit'] },
)
process.exit(await run.exited)
