// A call through the clouds in real time: the whole program in this process, the fake clouds with the real SDKs, and a
// simulated Asterisk whose caller speaks recorded French. Each call has its own servers, so that cases can run at the same time.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameSamples } from '../../../src/audio/pcm.ts'
import { readWav } from '../../../src/audio/wav.ts'
import { systemClock } from '../../../src/base/clock.ts'
import type { Key } from '../../../src/base/keys.ts'
import { createLog } from '../../../src/base/log.ts'
import { SimulatedAsterisk } from '../../../src/caller/asterisk.ts'
import { readConfig } from '../../../src/config.ts'
import { serve } from '../../../src/server/serve.ts'
import { askAdmin, testToken } from '../lab/admin.ts'
import type { Fakes, FakesOptions } from './server.ts'
import { startFakes } from './server.ts'
import { until } from './until.ts'

const fixture = async (name: string): Promise<Int16Array> =>
  readWav(await Bun.file(new URL(`../../fixtures/audio/${name}.wav`, import.meta.url)).bytes()).samples

/** "Ma box ne marche plus", or any other words: the test sets what the fake recogniser hears. */
export const speech = await fixture('utterance-internet')
export const shortSpeech = await fixture('utterance-hello')

export const keys = { deepgram: 'dg-secret-1', groq: 'gsk-secret-2', openai: 'sk-secret-3' }
export const understood =
  '{"answer":"unknown","topic":"unknown","intent":"none","name":null,"symptom":null}\n'

/** Every log line of every call of this process. */
export const logLines: string[] = []

export type CloudCallOptions = {
  heard: readonly string[]
  /** The model's answer in pieces. */
  chat: FakesOptions['chat']
  settings: Record<string, string>
  /** Before the call begins. */
  faults: (fakes: Fakes) => void
}

export type Clouds = Awaited<ReturnType<typeof openClouds>>

/** The program and the fake clouds, without a call. */
export async function openClouds(given: Partial<CloudCallOptions> = {}) {
  const fakes = startFakes({
    heard: given.heard ?? [],
    ...(given.chat && { chat: given.chat }),
  })
  given.faults?.(fakes)
  const dataDir = await mkdtemp(join(tmpdir(), 'clouds-'))
  const config = readConfig({
    AUDIOSOCKET_PORT: '0',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: testToken,
    RECORDINGS_DIR: '',
    DATA_DIR: dataDir,
    AUDIO_WORKERS: '1',
    TECHNICIANS: 'always',
    // The tests count requests to the voice.
    REVOICE: 'off',
    DEEPGRAM_BASE_URL: fakes.ws,
    GROQ_BASE_URL: fakes.url,
    OPENAI_BASE_URL: `${fakes.url}/v1`,
    DEEPGRAM_API_KEY: keys.deepgram,
    GROQ_API_KEY: keys.groq,
    OPENAI_API_KEY: keys.openai,
    ...given.settings,
  })
  const { log } = createLog({
    level: 'debug',
    showPrivate: false,
    write: (line) => void logLines.push(line),
  })
  const server = await serve(config, log)
  return {
    fakes,
    server,
    async stop() {
      await server.stop()
      await fakes.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export class CloudCall {
  private constructor(
    readonly callId: string,
    private readonly clouds: Clouds,
    readonly phone: SimulatedAsterisk,
    /** When a frame of the fake voices' tone came, in ms since the call began. */
    readonly toneAtMs: number[],
  ) {}

  static async begin(given: Partial<CloudCallOptions> = {}): Promise<CloudCall> {
    const clouds = await openClouds(given)
    const toneAtMs: number[] = []
    const callId = randomUUID()
    const phone = await SimulatedAsterisk.call({
      host: '127.0.0.1',
      port: clouds.server.audioSocketPort,
      callId,
      clock: systemClock,
      onFrame: (frame, atMs) => {
        if (isTone(frame)) toneAtMs.push(atMs)
      },
    })
    const call = new CloudCall(callId, clouds, phone, toneAtMs)
    await call.until('the call is there', () => call.info !== undefined)
    return call
  }

  get fakes(): Fakes {
    return this.clouds.fakes
  }
  get server(): Clouds['server'] {
    return this.clouds.server
  }

  get info() {
    return this.server.registry.get(this.callId)
  }

  /** `agent: …` and `caller: …`, a cut line ends with `…`. */
  get transcript(): string[] {
    return (this.info?.transcript ?? []).map(({ who, text, cut }) => `${who}: ${text}${cut ? '…' : ''}`)
  }

  /** Seconds of the fake voices' tone that the caller heard. */
  get toneS(): number {
    return this.toneAtMs.length / 50
  }

  /** Models asked so far, `20b` or `120b`. */
  get models(): string[] {
    return this.fakes.requests
      .filter(({ api }) => api === 'chat')
      .map(({ body }) => String(body.model).replace('openai/gpt-oss-', ''))
  }

  says(samples: Int16Array = speech): void {
    this.phone.say(samples)
  }

  press(key: Key): void {
    this.phone.press(key)
  }

  async until(what: string, condition: () => boolean, limitMs = 15_000): Promise<void> {
    try {
      await until(what, condition, limitMs)
    } catch (error) {
      throw new Error(`${error}; the transcript is ${JSON.stringify(this.transcript)}`)
    }
  }

  /** Until a line of the transcript holds `text`. */
  hears(text: string, limitMs?: number): Promise<void> {
    return this.until(`“${text}”`, () => this.transcript.some((line) => line.includes(text)), limitMs)
  }

  async metrics(): Promise<string> {
    return (await askAdmin(this.server.adminUrl, '/metrics')).text()
  }

  async end(): Promise<void> {
    this.phone.hangUp()
    await this.phone.ended
    await this.clouds.stop()
  }
}

/** Share of the frame's energy at 440 Hz: over nine tenths for the fakes' voice, next to nothing for speech. */
function isTone(frame: Int16Array): boolean {
  let energy = 0
  let re = 0
  let im = 0
  for (let i = 0; i < frameSamples; i++) {
    const angle = (2 * Math.PI * 440 * i) / 8_000
    energy += frame[i] ** 2
    re += frame[i] * Math.cos(angle)
    im += frame[i] * Math.sin(angle)
  }
  return energy > 160 * 500 ** 2 && (2 * (re ** 2 + im ** 2)) / frameSamples / energy > 0.8
}
