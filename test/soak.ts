// `bun run test:soak`: the long rows of the fault matrix and the fuzzer, one after the other. Ends with 1 when a row
// failed.

import { commandLine } from '../src/base/command-line.ts'
import { rows } from './faults/rows.ts'
import { processRows } from './faults/rows-process.ts'

const usage = `usage: bun run test:soak [--short] [--only word]

  runs the long rows of the fault matrix and the fuzzer, and prints (pass) or (fail) for each
  --short  for CI, less than a minute
  --only   the rows whose title has the word`

const { values } = commandLine(usage, {
  options: { short: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})

let passed = 0
let failed = 0
for (const { title, run } of [...rows, ...processRows].filter((row) => row.title.includes(values.only))) {
  const startMs = performance.now()
  const tookS = () => ((performance.now() - startMs) / 1_000).toFixed(1)
  try {
    const measured = await run(values.short)
    passed++
    console.log(`(pass) ${title} [${tookS()} s] ${JSON.stringify(measured)}`)
  } catch (error) {
    failed++
    console.log(`(fail) ${title} [${tookS()} s] ${error instanceof Error ? error.message : String(error)}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
