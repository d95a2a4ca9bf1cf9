// Every command of package.json, as a process.

import { test } from 'bun:test'
import { explainsItself, ours } from './commands.ts'

test.each(ours)(
  '%s --help prints its usage and ends with 0; an unknown option is refused with the usage',
  explainsItself,
)
