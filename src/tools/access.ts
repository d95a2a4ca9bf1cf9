// `bun run access 0612345678`: prints everything that is held of one caller, as JSON, for an access request. A running
// server also gives what it has in memory; without a server the command reads the recordings.

import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { recordingsOf } from '../recording/access.ts'
import { noServer, phoneArgument, serverOf } from './ask-server.ts'
import { auditCommand } from './command-audit.ts'

const usage = `usage: bun run access 0612345678

  prints as JSON what is held of all calls in which this number was given: records with transcripts, paths of the audio
  on the admin server, and what a running server has in memory`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 printed, 1 the server refused or could not be asked, 2 wrong arguments or settings */
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
  let config: Config
  try {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    phone = phoneArgument(positionals)
    config = loadConfig(environment).config
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  try {
    const { url, client } = serverOf(config)
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
    // On standard error: what was printed may be read as JSON.
    if (!answer) await auditCommand(config, process.stderr, 'caller.read')
    return 0
  } catch (error) {
    out.write(`${errorText(error)}\n`)
    return 1
  }
}

if (import.meta.main) process.exitCode = await accessMain(Bun.argv.slice(2), process.stdout, process.env)
