// `bun run doctor`: tries everything in use once, as a call would, and says of each whether it works and what to do.

import { parseArgs } from 'node:util'
import { type Clock, systemClock } from '../base/clock.ts'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { type ExamineOptions, examine } from './doctor/examine.ts'
import { asJson, printed } from './doctor/print.ts'

const usage = `usage: bun run doctor [--json]

  tries each recogniser, language model and voice in use with one real request, about ten seconds and less than a
  cent in all: every voice speaks a sentence, every recogniser hears it, every model answers a caller. Reads the
  vendors' lists of models and the site's desk. With AMI_USER it also asks Asterisk for modules, queue, globals
  and clock.
  Run it with the settings of the server. Keys are never printed.
  --json  prints the findings as JSON

  exit code: 0 everything in use works, 1 something fails, 2 the arguments are wrong`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 everything in use works, 1 something fails, 2 the arguments are wrong */
export async function doctorMain(
  args: readonly string[],
  out: Out,
  environment: Record<string, string | undefined> = {},
  { clock = systemClock, ...options }: Partial<ExamineOptions> & { clock?: Clock } = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let json: boolean
  try {
    json = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }).values.json
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    const config: Config = loadConfig(environment).config
    const report = await examine(config, clock, options)
    out.write(json ? asJson(report) : printed(report))
    return report.ok ? 0 : 1
  } catch (error) {
    const fault = error instanceof Error ? error.message : errorText(error)
    // A monitor reads JSON also where the settings let nothing be examined.
    out.write(json ? `${JSON.stringify({ ok: false, fault }, null, 2)}\n` : `${fault}\n`)
    return 1
  }
}

if (import.meta.main) process.exit(await doctorMain(Bun.argv.slice(2), process.stdout, process.env))
