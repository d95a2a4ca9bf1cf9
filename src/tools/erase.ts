// `bun run erase 0612345678 [--log bot.log]…`: deletes everything of one caller who asks for it. A running server
// deletes audio and transcripts and forgets what it has in memory; without a server this command deletes the files. A
// log written with LOG_PRIVATE=1 is rewritten without the private fields of those calls.

import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { eraseCaller } from '../recording/erasure.ts'
import type { Erased } from '../recording/forgotten.ts'
import { adminUrlOf } from './admin-url.ts'
import { noServer, phoneArgument, serverOf } from './ask-server.ts'
import { auditCommand } from './command-audit.ts'
import { stripLog } from './strip-log.ts'

const usage = `usage: bun run erase 0612345678 [--log bot.log]...

  deletes recordings and transcripts of all calls in which this number was given, confirmed, rejected or only spoken;
  a running server also forgets them
  --log  a log file written with LOG_PRIVATE=1: removes the private fields of those calls; may be given again`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 everything is deleted, 1 something is left, 2 the arguments are wrong */
export async function eraseMain(
  args: readonly string[],
  out: Out,
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let values: { phone: string; logs: string[]; config: Config }
  try {
    values = read(args, loadConfig(environment).config)
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  const { phone, logs, config } = values
  try {
    const byServer = await askServer(config, phone)
    if (!byServer && !existsSync(config.RECORDINGS_DIR))
      throw new Error(
        `No server answers at ${adminUrlOf(config)}, and RECORDINGS_DIR ("${config.RECORDINGS_DIR}") is no folder: ` +
          'run this with the settings of the server (CONFIG_FILE).',
      )
    const { erased, recordings, live, unmatched } =
      byServer ?? (await eraseCaller({ dir: config.RECORDINGS_DIR, phone }))
    if (!byServer) await auditCommand(config, out, 'caller.erase')
    const where = byServer ? 'by the running server' : `in ${config.RECORDINGS_DIR}, no server answers here`
    out.write(`${erased.length} calls erased with ${recordings} recordings, ${where}\n`)
    if (unmatched > 0)
      out.write(`${unmatched} recordings hold no number at all, so that no request finds them\n`)
    for (const path of logs)
      out.write(`${path}: ${await stripLog(path, erased, phone)} lines without private fields\n`)
    if (live.length === 0) return 0
    out.write(`${live.length} calls of this number are in progress: run this again when they have ended\n`)
  } catch (error) {
    out.write(`${errorText(error)}\n`)
  }
  return 1
}

/** @throws {Error} with a sentence for the operator */
function read(args: readonly string[], config: Config): { phone: string; logs: string[]; config: Config } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { log: { type: 'string', multiple: true, default: [] } },
  })
  return { phone: phoneArgument(positionals), logs: values.log, config }
}

/** @returns undefined when no server answers @throws {Error} when the server refuses */
async function askServer(config: Config, phone: string): Promise<Erased | undefined> {
  const { url, client } = serverOf(config)
  let answer: Awaited<ReturnType<typeof client.api.callers.erase.$post>>
  try {
    answer = await client.api.callers.erase.$post({ json: { phone } })
  } catch (error) {
    return noServer(url, error)
  }
  if (!answer.ok)
    throw new Error(
      `The server refused with ${answer.status}: do ADMIN_TOKEN and DATA_DIR match the server's, and the user too?`,
    )
  return answer.json()
}

if (import.meta.main) process.exitCode = await eraseMain(Bun.argv.slice(2), process.stdout, process.env)
