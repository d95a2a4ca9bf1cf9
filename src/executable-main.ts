// Where the executable of `bun run build` starts: one of the commands that an operator needs, or else the server.

import { version } from '../package.json'

const usage = `usage: voicebot [command] [options]

  without a command it serves; settings are environment variables, or lines of voicebot.env
  call      calls a running server from the terminal
  archive   converts finished recordings to MP3; needs ffmpeg beside the executable
  doctor    tries each recogniser, model and voice in use, and says what to do
  erase     deletes all that is kept of one caller, by telephone number
  access    prints all that is kept of one caller, by telephone number, as JSON
  tokens    adds, lists and revokes tokens, and prints a link to the operator's page
  privacy   prints the processing sheet, made from the settings
  rehearse  plays recorded calls again and says which of them go another way
  site      lists, undoes, exports and imports what this site has changed
  phrases   makes missing audio of the site's phrases
  settings  prints all settings with their defaults and ranges, as a table; --init writes voicebot.env
  version   prints the version

voicebot <command> --help prints the options of a command`

type Command = (args: string[]) => Promise<number>

const commands: Record<string, Command> = {
  async call(args) {
    const { runCall } = await import('./caller/main.ts')
    const interrupted = new AbortController()
    process.once('SIGINT', () => interrupted.abort())
    return runCall(args, console.log, interrupted.signal)
  },
  async archive(args) {
    const { archiveMain } = await import('./recording/archive-main.ts')
    return archiveMain(args, process.stderr, process.env)
  },
  async doctor(args) {
    const { doctorMain } = await import('./tools/doctor.ts')
    return doctorMain(args, process.stdout, process.env)
  },
  async erase(args) {
    const { eraseMain } = await import('./tools/erase.ts')
    return eraseMain(args, process.stdout, process.env)
  },
  async access(args) {
    const { accessMain } = await import('./tools/access.ts')
    return accessMain(args, process.stdout, process.env)
  },
  async tokens(args) {
    const { tokensMain } = await import('./tools/tokens.ts')
    return tokensMain(args, process.stdout, process.env)
  },
  async privacy(args) {
    const { privacyMain } = await import('./tools/privacy.ts')
    return privacyMain(args, process.stdout, process.env)
  },
  async rehearse(args) {
    const { rehearseMain } = await import('./rehearsal/main.ts')
    return rehearseMain(args, process.stdout, process.env)
  },
  async site(args) {
    const { runSite } = await import('./site/main.ts')
    return runSite(args, process.stdout, process.env)
  },
  async phrases(args) {
    const { runPhrases } = await import('./phrases/main.ts')
    return runPhrases(args, process.stdout, undefined, process.env)
  },
  async settings(args) {
    const { settingsMain } = await import('./tools/settings.ts')
    return settingsMain(args, process.stdout, process.stderr, process.env)
  },
  async version() {
    process.stdout.write(`${version}\n`)
    return 0
  },
}

const [name, ...args] = process.argv.slice(2)
if (name === undefined) await import('./main.ts')
else if (Object.hasOwn(commands, name)) process.exit(await commands[name]!(args))
else {
  const isHelp = name === '--help' || name === '-h'
  process[isHelp ? 'stdout' : 'stderr'].write(
    isHelp ? `${usage}\n` : `there is no command ${name}\n\n${usage}\n`,
  )
  process.exit(isHelp ? 0 : 2)
}
