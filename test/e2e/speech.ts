// The callers' sentences: French by espeak-ng, made when the run needs them, and a fake recogniser as a separate process
// that knows only these sentences, by their sound.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resample } from '../../src/audio/resample.ts'
import { readWav, writeWav } from '../../src/audio/wav.ts'
import { projectRoot } from './bot.ts'

/** Voices of espeak-ng. */
export const voices = { marie: 'fr+f2', paul: 'fr+m3', luc: 'fr-be+m7', technician: 'fr+m1' } as const
export type Voice = keyof typeof voices

/** All that callers say to the bot; said by every voice, so that a word is no sign of who said it. */
export const sentences = [
  "je n'ai plus internet",
  "je n'ai plus internet, je m'appelle Marie Dupont",
  'mon mobile ne capte plus',
  'Marie Dupont',
  'Paul Martin',
  'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
  'zéro sept quatre-vingt-dix-huit soixante-seize cinquante-quatre trente-deux',
  'oui',
  'oui je veux bien',
  'non merci',
  "c'est fait",
  'ça ne marche pas',
  'ça ne marche toujours pas',
] as const

const wordsPerMinute = 160
const peak = 20_000
const telephoneHz = 8_000

const made = new Map<string, Promise<Int16Array>>()

/**
 * A text as this voice says it: mono 8 kHz, not to be changed.
 *
 * @throws {Error} when espeak-ng is not installed
 */
export function speech(voice: Voice, text: string): Promise<Int16Array> {
  const key = `${voice} ${text}`
  const samples = made.get(key) ?? make(voice, text)
  made.set(key, samples)
  return samples
}

async function make(voice: Voice, text: string): Promise<Int16Array> {
  const command = ['espeak-ng', '-v', voices[voice], '-s', String(wordsPerMinute), '--stdout', text]
  const spoken = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' })
  const { rateHz, samples } = readWav(await new Response(spoken.stdout).bytes())
  const telephone = resample(samples, rateHz, telephoneHz)
  const loudest = telephone.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1)
  return telephone.map((sample) => Math.round((sample * peak) / loudest))
}

export class Recogniser {
  private constructor(
    /** For DEEPGRAM_BASE_URL. */
    readonly url: string,
    private readonly process: Bun.Subprocess,
    private readonly folder: string,
  ) {}

  /** @throws {Error} when a sentence cannot be made, or the process ends before it listens */
  static async start(): Promise<Recogniser> {
    const folder = mkdtempSync(join(tmpdir(), 'voicebot-sentences-'))
    const said = Object.keys(voices).flatMap((voice) =>
      sentences.map((text) => [voice as Voice, text] as const),
    )
    const listed = said.map(([, text], i) => ({ text, wav: `${i}.wav` }))
    for (const [i, [voice, text]] of said.entries())
      await Bun.write(
        join(folder, `${i}.wav`),
        writeWav(await speech(voice, text), { rateHz: telephoneHz, channels: 1 }),
      )
    await Bun.write(join(folder, 'sentences.json'), JSON.stringify(listed))
    const spawned = Bun.spawn([process.execPath, 'test/support/clouds/main.ts', '--knows', folder], {
      cwd: projectRoot,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    })
    const { value } = await spawned.stdout.getReader().read()
    if (!value) throw new Error(`the recogniser ended with ${await spawned.exited}`)
    return new Recogniser(JSON.parse(new TextDecoder().decode(value)).DEEPGRAM_BASE_URL, spawned, folder)
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM')
    await this.process.exited
    rmSync(this.folder, { recursive: true, force: true })
  }
}
