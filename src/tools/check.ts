// `bun run check`: format, lint and types of the whole project, one tool after the other. Ends with the exit code of
// the first tool that fails.

import { join } from 'node:path'
import { commandLine } from '../base/command-line.ts'

const usage = `usage: bun run check

  checks format and lint (biome) and types (tsc, server and page)`

const root = join(import.meta.dir, '../..')
const checks = [
  ['biome', 'ci', '.'],
  ['tsc', '-p', '.'],
  ['tsc', '-p', 'src/admin/page/client'],
]

if (import.meta.main) {
  commandLine(usage, {})
  for (const [tool, ...args] of checks) {
    const run = Bun.spawn([join(root, 'node_modules/.bin', tool), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const code = await run.exited
    if (code !== 0) process.exit(code)
  }
}
