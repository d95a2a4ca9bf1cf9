// `bun run notices`: writes THIRD_PARTY_NOTICES.md, the licences of all that is passed on with the program, from the
// lock file and the installed packages. `--check` fails when the committed file differs; test/tools/notices.test.ts
// does too.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from '../base/command-line.ts'

const root = join(import.meta.dir, '../..')
const target = join(root, 'THIRD_PARTY_NOTICES.md')

type Needs = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalPeers?: string[]
}
type Lock = {
  workspaces: { '': Needs }
  packages: Record<string, [id: string, from: string, needs: Needs & { os?: unknown }]>
}
type Package = {
  name: string
  version: string
  licence: string
  home: string
  author: string
  texts: string[]
}

/** @returns every package that a production install brings, by name; development packages are passed on to nobody */
export function productionPackages(lock: Lock): string[] {
  const found = new Set<string>()
  const visit = (name: string) => {
    const entry = lock.packages[name]
    // A peer that nobody installs has no entry.
    if (entry === undefined || found.has(name)) return
    // A binary for one platform: a part of the package that needs it, and installed on that platform alone.
    if (entry[2].os !== undefined) return
    found.add(name)
    for (const needed of needsOf(entry[2])) visit(needed)
  }
  for (const name of needsOf(lock.workspaces[''])) visit(name)
  return [...found].sort()
}

function needsOf({
  dependencies,
  optionalDependencies,
  peerDependencies,
  optionalPeers = [],
}: Needs): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !optionalPeers.includes(name))
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers]
}

type Manifest = {
  version: string
  license?: string
  repository?: string | { url?: string }
  author?: string | { name?: string }
}

function readPackage(name: string): Package {
  const folder = join(root, 'node_modules', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const { version, license = 'not named', repository, author } = manifest
  const url = typeof repository === 'string' ? repository : repository?.url
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  return {
    name,
    version,
    licence: license,
    home: homeOf(url ?? ''),
    author: ((typeof author === 'string' ? author : author?.name) ?? '').replace(/ *<.*/, ''),
    texts: files.sort().map((file) => tidy(readFileSync(join(folder, file), 'utf8'))),
  }
}

/** npm takes an address in six spellings: `github:owner/name`, `git@github.com:owner/name`, `owner/name` and others. */
function homeOf(url: string): string {
  const path = url
    .replace(/^(git\+)?(https|ssh|git):\/\/(git@)?/, '')
    .replace(/^(git@github\.com|github):/, 'github.com/')
  return `https://${/^[^/]+\.[^/]+\//.test(path) ? '' : 'github.com/'}${path.replace(/\.git$/, '')}`
}

const tidy = (text: string) =>
  text
    .replaceAll('\r', '')
    .replaceAll(/[ \t]+$/gm, '')
    .replace(/^\n+|\n+$/g, '')

/** Files of this repository that are others' work. They are inside the executable. */
const inRepository = ['assets/voices/COPYRIGHT', 'assets/voices/NOTICE', 'assets/models/NOTICE']

const head = `# Third-party notices

Written by \`bun run notices\` from bun.lock and the installed packages; do not edit.

The voicebot itself is under the MIT licence (LICENSE). What it is passed on with is listed here.

- The executable of \`bun run build\` contains the Bun runtime (MIT), which links JavaScriptCore (LGPL-2.0) and other
  libraries: <https://bun.com/docs/project/license>. It contains the packages below but for \`@ffmpeg/core\` and
  \`node-datachannel\`.
- \`@ffmpeg/core\` is GPL-2.0-or-later (assets/licenses/GPL-2.0.txt). It is optional and stays a file of its own, which
  is loaded as the program runs. Who passes it on has to meet its licence; without it only unusual audio containers and
  the MP3 archive are missing.
- \`mpg123-decoder\` contains libmpg123, LGPL-2.1 (assets/licenses/LGPL-2.1.txt). The source of this program is public,
  so that anybody can build it again with another version of that library.
- \`node-datachannel\` is MPL-2.0. It is optional, comes with a binary for each platform (\`@node-datachannel/…\`), and
  is not inside the executable. The binary contains libdatachannel and libjuice (MPL-2.0), libsrtp and usrsctp (BSD) and
  OpenSSL (Apache-2.0).
- A package whose column says that it brings no text names its licence and author in its package.json alone.
- The voices (assets/voices) and the weights of the voice detector (assets/models) are others' work; their notices are
  at the end.
`

/** @returns the whole text of THIRD_PARTY_NOTICES.md */
export function notices(): string {
  const lock = Bun.JSONC.parse(readFileSync(join(root, 'bun.lock'), 'utf8')) as Lock
  const packages = productionPackages(lock).map(readPackage)
  const texts: string[] = []
  /** The same text is printed once. @returns its number, from 1 */
  const numberOf = (text: string) => {
    if (!texts.includes(text)) texts.push(text)
    return texts.indexOf(text) + 1
  }
  const rows = packages.map(({ name, version, licence, home, author, texts: own }) => {
    const numbers = own.map((text) => `[${numberOf(text)}](#text-${numberOf(text)})`)
    const text = numbers.length > 0 ? numbers.join(', ') : `brings none${author && `; by ${author}`}`
    return `| \`${name}\` | ${version} | ${licence} | ${text} | ${home} |`
  })
  const theirs = inRepository.map((file) => [file, tidy(readFileSync(join(root, file), 'utf8'))] as const)
  const block = (title: string, text: string) => `### ${title}\n\n~~~text\n${text}\n~~~\n`
  return [
    head,
    '## Packages\n',
    '| package | version | licence | text | source |',
    '|---|---|---|---|---|',
    ...rows,
    '\n## Licence texts\n',
    ...texts.map((text, i) => block(`Text ${i + 1}`, text)),
    '## Notices of files in this repository\n',
    ...theirs.map(([file, text]) => block(file, text)),
  ].join('\n')
}

const usage = `usage: bun run notices [--check]

  writes THIRD_PARTY_NOTICES.md from bun.lock and the installed packages
  --check  writes nothing; ends with 1 when the file is out of date`

if (import.meta.main) {
  const { check } = commandLine(usage, { options: { check: { type: 'boolean', default: false } } }).values
  const wanted = notices()
  const isCurrent = (await Bun.file(target).exists()) && (await Bun.file(target).text()) === wanted
  if (isCurrent) process.stdout.write('THIRD_PARTY_NOTICES.md is current\n')
  else if (check) {
    process.stderr.write('THIRD_PARTY_NOTICES.md is out of date: run bun run notices\n')
    process.exitCode = 1
  } else {
    await Bun.write(target, wanted)
    process.stdout.write('THIRD_PARTY_NOTICES.md is written\n')
  }
}
