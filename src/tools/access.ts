// `bun run access 0612345678`: prints everything that is held of one caller, as JSON, for an access request. A running
// server also gives what it has in memory; without a server the command reads the recordings.

import { parseArgs } from 'node:util'
import { commandToken } from '../access/command-token.ts'
import { createClient } from '../admin/client.ts'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { loadConfig } from '../config.ts'
import { recordingsOf } from '../recording/access.ts'
import { isPhone, nationalForm } from '../understanding/phone.ts'
import { adminUrlOf } from './admin-url.ts'
import { noServer } from './ask-server.ts'

const usage = `usage: bun run access 0612345678

  prints as JSON what is held of all calls in which this number was given: records with transcripts, paths of the audio
  on the admin server, and what a running server has in memory`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 printed, 1 the server refused, 2 the arguments or settings are wrong */
export async function accessMain(
  args: readonly string[],
  out: Out,
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let phone: string
  try {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    phone = nationalForm((positionals[0] ?? '').replace(/[\s.()+-]/g, ''))
    if (positionals.length !== 1 || !isPhone(phone)) throw new Error('Give one French number of ten digits.')
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    const { config } = loadConfig(environment)
    const url = adminUrlOf(config)
    const client = createClient(url, commandToken({ url, dir: config.DATA_DIR, given: config.ADMIN_TOKEN }))
    const answer = await client.api.callers.find
      .$post({ json: { phone } })
      .catch((error: unknown) => noServer(url, error))
    if (answer && !answer.ok) {
      out.write(`The server refused with ${answer.status}: do ADMIN_TOKEN and DATA_DIR match the server's?\n`)
      return 1
    }
    const held = answer
      ? await answer.json()
      : { recordings: await recordingsOf(config.RECORDINGS_DIR, phone) }
    out.write(`${JSON.stringify(held, null, 2)}\n`)
    return 0
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
}

if (import.meta.main) process.exitCode = await accessMain(Bun.argv.slice(2), process.stdout, process.env)
