// `bun run tokens`: makes, lists and revokes tokens of the admin server, and prints a link that logs in to the page.
// The tokens lie in DATA_DIR as digests, so a token can be shown only once; a running server notices a change.

import { parseArgs } from 'node:util'
import { commandToken } from '../access/command-token.ts'
import { pageLink } from '../access/page-login.ts'
import { scopes } from '../access/scopes.ts'
import { addToken, readTokens, revokeToken } from '../access/token-files.ts'
import { createClient } from '../admin/client.ts'
import { wantsHelp } from '../base/command-line.ts'
import { errorText } from '../base/errors.ts'
import { type Config, loadConfig } from '../config.ts'
import { adminUrlOf } from './admin-url.ts'
import { noServer } from './ask-server.ts'
import { auditCommand } from './command-audit.ts'

const usage = `usage: bun run tokens <command>

  add NAME --scopes read,act   makes a token and prints it, this once only
  list                         names, scopes and ages of the tokens
  revoke NAME                  makes the token useless, within a second
  link                         prints a link that logs in to the page of the running server; works once

  scopes: ${scopes.join(', ')}
    read: calls, recordings, phrases, metrics      act: hang up, transfer, say, drain
    edit: what callers hear                        erase: delete recordings and callers, read the audit trail
    announce: announce calls, from ASTERISK_ALLOW  call: talk to the bot from a browser
  ADMIN_TOKEN, if it is set, may do everything. The tokens are kept in DATA_DIR as digests.`

type Out = { write(text: string): unknown }

/** @returns the exit code: 0 done, 1 it failed, 2 the arguments are wrong */
export async function tokensMain(
  args: readonly string[],
  out: Out,
  environment: Record<string, string | undefined> = {},
): Promise<number> {
  if (wantsHelp(args)) {
    out.write(`${usage}\n`)
    return 0
  }
  let values: { scopes?: string }
  let words: string[]
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { scopes: { type: 'string' } },
    })
    values = parsed.values
    words = parsed.positionals
  } catch (error) {
    out.write(`${errorText(error)}\n\n${usage}\n`)
    return 2
  }
  const [command, name, ...rest] = words
  const isWhole = command === 'add' || command === 'revoke' ? name !== undefined : name === undefined
  if (!isWhole || rest.length > 0 || !['add', 'list', 'revoke', 'link'].includes(command)) {
    out.write(`${usage}\n`)
    return 2
  }
  try {
    const config = loadConfig(environment).config
    const dir = config.DATA_DIR
    if (command === 'link') return await printLink(config, out)
    if (command === 'list') {
      for (const { name: each, scopes: may, createdAt } of readTokens(dir))
        out.write(`${each.padEnd(24)} ${may.join(',').padEnd(32)} since ${createdAt.slice(0, 10)}\n`)
    } else if (command === 'revoke') {
      if (!revokeToken(dir, name)) {
        out.write(`there is no token "${name}"; \`bun run tokens list\` shows their names\n`)
        return 1
      }
      await auditCommand(config, process.stderr, 'token.revoke', name)
      out.write(`${name} is revoked\n`)
    } else {
      const given = (values.scopes ?? '').split(',').map((scope) => scope.trim())
      const token = addToken(dir, name, given.filter(Boolean), Date.now())
      await auditCommand(config, process.stderr, 'token.add', name)
      out.write(`${token}\n`)
    }
    return 0
  } catch (error) {
    out.write(`${error instanceof Error ? error.message : errorText(error)}\n`)
    return 1
  }
}

async function printLink(config: Config, out: Out): Promise<number> {
  const url = adminUrlOf(config)
  const client = createClient(url, commandToken({ url, dir: config.DATA_DIR, given: config.ADMIN_TOKEN }))
  const answer = await client.api.link.$post().catch((error: unknown) => noServer(url, error))
  if (answer?.ok) {
    out.write(`${pageLink(url, (await answer.json()).code)}\n`)
    return 0
  }
  const problem = (await answer?.json().catch(() => undefined)) as { detail?: string } | undefined
  out.write(
    answer === undefined
      ? `no server answers at ${url}; start it, or set ADMIN_PORT to its port\n`
      : `the server refused: ${problem?.detail ?? answer.status}\n`,
  )
  return 1
}

if (import.meta.main) process.exitCode = await tokensMain(Bun.argv.slice(2), process.stdout, process.env)
