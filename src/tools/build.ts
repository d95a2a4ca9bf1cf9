// `bun run build`: makes one executable in dist/, with the program, its threads, WebAssembly, voices, weights, phrases
// and page inside, and puts beside it what may not be inside. It runs on the kind of system that it was built on,
// without Bun.

import { copyFile, cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { bundleFile, bundlePageScript, pageScripts, pageStyles, styleFile } from '../admin/page/routes.tsx'
import { commandLine } from '../base/command-line.ts'
import { embeddedFolder, programFile } from '../base/program.ts'
import { ffmpegFiles, ffmpegFolder } from '../codecs/ffmpeg-files.ts'
import { languageCodes, languagesPath } from '../understanding/languages/folders.ts'

/** The scripts of threads are entries of their own, found in the executable under their names (base/program.ts). */
const threads = new Bun.Glob('src/**/*.worker.ts')

/** Files and folders that the program reads as it runs. */
const embedded = [
  'assets/cache',
  'assets/desk',
  'assets/models',
  'assets/phrases',
  'assets/prices',
  'assets/prompts',
  'assets/readers',
  'assets/voices',
  'node_modules/@echogarden/svoxpico-wasm/svoxpico.wasm',
  ...languageCodes().map((code) => `${languagesPath}/${code}`),
  ...pageStyles.map(styleFile),
  'wasm/echo/echo.wasm',
  'wasm/resample/resample.wasm',
  'wasm/vad/vad.wasm',
]

/** What an operator installs elsewhere lies beside the executable: dialplan, units, proxies, monitoring. */
const beside = ['asterisk', 'haproxy', 'systemd', 'proxy', 'prometheus.yml', 'alerts.yml', 'dashboard.json']

/**
 * Builds the executable.
 *
 * @param folder where it goes; what was there of an earlier build is replaced
 * @param withFfmpeg whether the files of ffmpeg, which are under the GPL, go beside it
 * @returns the executable's path
 */
export async function buildExecutable(folder: string, withFfmpeg: boolean): Promise<string> {
  const outfile = join(folder, 'voicebot')
  const stage = await mkdtemp(join(tmpdir(), 'voicebot-build-'))
  try {
    await Bun.build({
      entrypoints: [
        programFile('src/executable-main.ts'),
        ...[...threads.scanSync(programFile(''))].sort().map(programFile),
      ],
      root: programFile(''),
      target: 'bun',
      // A native addon cannot be inside; the server says so where WEBRTC_PORT is set, and browsers use the WebSocket.
      external: ['node-datachannel'],
      format: 'esm',
      minify: { syntax: true, whitespace: true },
      compile: {
        outfile,
        assets: [await stageFiles(stage)],
        // A stranger's bunfig.toml or .env in the working folder must not change the server.
        autoloadBunfig: false,
        autoloadDotenv: false,
      },
    })
  } finally {
    await rm(stage, { recursive: true })
  }
  for (const name of ['LICENSE', 'THIRD_PARTY_NOTICES.md'])
    await copyFile(programFile(name), join(folder, name))
  for (const name of beside)
    await cp(programFile(`assets/${name}`), join(folder, name), { recursive: true, force: true })
  await copyFfmpeg(join(folder, ffmpegFolder), withFfmpeg)
  return outfile
}

/** @returns the folder to embed, with the files under their names in the project, and the page's scripts bundled */
async function stageFiles(stage: string): Promise<string> {
  const folder = join(stage, embeddedFolder)
  for (const path of embedded) await cp(programFile(path), join(folder, path), { recursive: true })
  for (const name of pageScripts)
    await Bun.write(join(folder, bundleFile(name)), await bundlePageScript(name))
  return folder
}

async function copyFfmpeg(folder: string, isWanted: boolean): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const ffmpeg = isWanted ? ffmpegFiles() : undefined
  if (ffmpeg === undefined) return
  await mkdir(folder)
  for (const path of [ffmpeg.script, ffmpeg.wasm]) await copyFile(path, join(folder, basename(path)))
  await copyFile(programFile('assets/licenses/GPL-2.0.txt'), join(folder, 'LICENSE'))
}

const usage = `usage: bun run build [--out dist] [--without-ffmpeg]

  makes one executable, dist/voicebot, which needs neither Bun nor packages
  --out             another folder
  --without-ffmpeg  leaves ffmpeg (GPL) away: no MP3 archive, no Opus, AAC or unusual WAV`

if (import.meta.main) {
  const { values } = commandLine(usage, {
    options: {
      out: { type: 'string', default: 'dist' },
      'without-ffmpeg': { type: 'boolean', default: false },
    },
  })
  await mkdir(values.out, { recursive: true })
  const path = await buildExecutable(values.out, !values['without-ffmpeg'])
  const { size } = await stat(path)
  process.stdout.write(`${path} is made, ${(size / 1e6).toFixed(0)} MB\n`)
}
