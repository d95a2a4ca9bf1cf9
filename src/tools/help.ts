// `bun run help`: every command of package.json with one sentence. `test/tools/commands.test.ts` compares this list
// with package.json and asks each command for its usage.

import { commandLine } from '../base/command-line.ts'

/** What each command does, by its name in package.json; in the order in which they are listed. */
export const commands = {
  start: 'installs what is missing and starts the server; settings are environment variables',
  call: 'calls a running server from the terminal, with keys, sentences, a WAV file or a script',
  help: 'prints this list',
  doctor: 'tries each recogniser, model and voice in use with one real request, and says what to do',
  settings: 'prints all settings with their defaults and ranges, as a table',
  build: 'makes one executable, dist/voicebot, which needs neither Bun nor packages',
  notices: 'writes the licences of all packages to THIRD_PARTY_NOTICES.md; --check only compares',
  test: 'runs the tests; they take less than a minute',
  'test:live': 'runs the tests that live in real time or take long: faults, clouds, fuzzing, drains, kills',
  check: 'checks format, lint and types',
  scenarios: 'plays the whole calls of test/call/scenarios on a faked clock and prints a table',
  rules: 'lists rules of the languages and words of the desk that do nothing',
  understand: 'shows what the rules understand in each line of a text',
  desk: 'shows what the desk does when a caller says each line of a text',
  rehearse: 'plays recorded calls again with the present desk and says which of them go another way',
  phrases: 'makes missing audio of the site’s phrases; --voice lets a voice speak all; --check compares',
  site: 'lists, undoes, exports and imports what this site has changed: phrases, audio, prompts, the desk',
  archive: 'converts finished recordings to MP3, as the server does at night',
  tokens: 'makes, lists and revokes tokens of the admin server, and prints a link that logs in to the page',
  erase: 'deletes all that is kept of one caller, by telephone number',
  access: 'prints all that is kept of one caller, by telephone number, as JSON',
  privacy: 'prints the processing sheet from the settings: data, terms, vendors, what callers are told',
  e2e: 'runs a real Asterisk 22 with SIP phones against the bot',
  'e2e:page': 'lets a headless Chromium talk to the bot from the operator’s page',
  'e2e:webrtc': 'lets a headless Chromium call the bot by WebRTC, move the call and lose packets',
  'e2e:cluster': 'runs several bots behind a real HAProxy: checks, spread, restarts, faults',
  'e2e:looks': 'checks the operator’s page in Chromium: light, dark, wide and narrow',
  fuzz: 'sends hostile byte streams to a live server beside ten good calls',
  'test:soak': 'runs the long tests of faults and overload; --short takes less than a minute',
  bench: 'measures the figures of docs/figures.md; a part can be named',
  'bench:sip': 'lets 40 SIP phones call the bot at once through a real Asterisk 22',
  'bench:turn': 'measures the program’s own share of a turn, with clouds that answer at once',
  'bench:audio': 'compares resamplers: quality and speed',
  'bench:workers': 'measures the audio workers: first samples, MP3, load',
  'bench:vad': 'counts missed and false interruptions on the labelled set',
} as const satisfies Record<string, string>

const usage = 'usage: bun run help: lists the commands'

if (import.meta.main) {
  commandLine(usage, {})
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, does]) => `  bun run ${name.padEnd(width)}  ${does}`)
  process.stdout.write(
    `${lines.join('\n')}\n\nEach of them prints its options with --help: bun run call --help\n` +
      'With Node.js alone, write `npx --yes bun@1.4.5 run …`.\n',
  )
}
