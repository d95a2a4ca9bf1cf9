// `bun run test:soak`: the long rows of the fault matrix and the fuzzer, one after the other. Ends with 1 when a row
// failed.

import { commandLine } from '../src/base/command-line.ts'
import { rows } from './faults/rows.ts'
import { processRows } from './faults/rows-process.ts'

const usage = `usage: bun run test:soak [--short] [--only word]

  runs the long rows of the fault matrix and the fuzzer, and prints (pass) or (fail) for each
  --short  for CI, a minute and a half; a row that fails runs once more
  --only   the rows whose title has the word`

const { values } = commandLine(usage, {
  options: { short: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})

/** @returns whether the row passed */
async function attempt({ title, run }: (typeof rows)[number]): Promise<boolean> {
  const startMs = performance.now()
  const tookS = () => ((performance.now() - startMs) / 1_000).toFixed(1)
  try {
    const measured = await run(values.short)
    console.log(`(pass) ${title} [${tookS()} s] ${JSON.stringify(measured)}`)
    return true
  } catch (error) {
    console.log(`(fail) ${title} [${tookS()} s] ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

let passed = 0
let failed = 0
for (const row of [...rows, ...processRows].filter(({ title }) => title.includes(values.only))) {
  // In CI a row that fails runs once more, as in the live tier: it measures real time on a machine that others use.
  const hasPassed =
    (await attempt(row)) || (values.short && (await attempt({ ...row, title: `second try: ${row.title}` })))
  if (hasPassed) passed++
  else failed++
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
