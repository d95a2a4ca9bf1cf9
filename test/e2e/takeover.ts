// A supervisor takes a telephone call over from the page, with the real server and Chromium: each side hears the tone
// of the other and no bot, the bot gets the call back, and the recording has both sides of all of it.

import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { systemClock } from '../../src/base/clock.ts'
import { supervisorMark } from '../../src/call/history.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import type { Server } from '../../src/server/serve.ts'
import { amplitudeAt, rms, tone } from '../support/phone/sound.ts'

const callerHz = 900
const supervisorHz = 600
const second = 8_000

/** Runs in the page before its script: the microphone is a tone, and what goes to the loudspeaker can be looked at. */
const earsAndMouth = `
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext()
    const speaker = new OscillatorNode(context, { frequency: ${supervisorHz} })
    const stream = context.createMediaStreamDestination()
    speaker.connect(new GainNode(context, { gain: 0.3 })).connect(stream)
    speaker.start()
    return stream.stream
  }
  const meters = []
  const connect = AudioNode.prototype.connect
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      const meter = new AnalyserNode(target.context, { fftSize: 4096 })
      connect.call(this, meter)
      meters.push(meter)
    }
    return connect.call(this, target, ...rest)
  }
  /** The strongest frequency of what is played, in Hz; 0 for silence. */
  window.playedHz = () => {
    let strongest = { level: -50, hz: 0 }
    for (const meter of meters) {
      const levels = new Float32Array(meter.frequencyBinCount)
      meter.getFloatFrequencyData(levels)
      levels.forEach((level, i) => {
        if (level > strongest.level)
          strongest = { level, hz: (i * meter.context.sampleRate) / meter.fftSize }
      })
    }
    return strongest.hz
  }
`

export type Caller = {
  readonly callId: string
  readonly phone: SimulatedAsterisk
  /** The last second that the caller heard. */
  lastSecond(): Int16Array
}

/** Calls the bot by AudioSocket. */
export async function dial({ audioSocketPort: port }: Server): Promise<Caller> {
  const callId = crypto.randomUUID()
  let heard = new Int16Array(0)
  const onFrame = (frame: Int16Array) => {
    const all = new Int16Array(Math.min(second, heard.length + frame.length))
    all.set(heard.subarray(Math.max(0, heard.length + frame.length - second)))
    all.set(frame, all.length - frame.length)
    heard = all
  }
  const given = { host: '127.0.0.1', port, callId, clock: systemClock, maxMs: 120_000, onFrame }
  return { callId, phone: await SimulatedAsterisk.call(given), lastSecond: () => heard }
}

/** A frame: whole periods of both tones. */
const pieceLength = 160

/** Whether a tone is heard and nothing else. A busy machine leaves holes in it, and breaks a frame here and there. */
function isTone(samples: Int16Array, hz: number): boolean {
  const pieces = Array.from({ length: Math.floor(samples.length / pieceLength) }, (_, i) =>
    samples.subarray(i * pieceLength, (i + 1) * pieceLength),
  )
  const loud = pieces.filter((piece) => rms(piece) > 100)
  const ofTone = loud.filter((piece) => amplitudeAt(piece, hz) / Math.SQRT2 > 0.8 * rms(piece))
  return loud.length > pieces.length / 2 && ofTone.length > 0.9 * loud.length
}

/** @param heard what the recogniser makes of the caller's tone */
export async function takeOver(given: {
  context: BrowserContext
  server: Server
  caller: Caller
  token: string
  recordings: string
  heard: string
  check: (what: string, isTrue: boolean) => void
  until: (condition: () => boolean | Promise<boolean>) => Promise<boolean>
}): Promise<void> {
  const { context, server, caller, token, heard, check, until } = given
  const { callId, phone } = caller
  const { registry } = server
  const phase = () => registry.get(callId)?.phase
  // Without it no sound is kept.
  const isAnnounced = () => registry.get(callId)?.recording.noticeAtMs != null
  check('a telephone hears that its call is recorded', await until(isAnnounced))
  const page = await context.newPage()
  await page.addInitScript(`sessionStorage.setItem('voicebot-token', ${JSON.stringify(token)})`)
  await page.addInitScript(earsAndMouth)
  await page.goto(`${server.adminUrl}?lang=fr`)
  await page.click(`[data-call="${callId}"] button`)
  await page.click('.card >> text=Prendre l’appel')
  check('a supervisor takes the call of a telephone', await until(() => phase() === 'supervised'))
  check(
    'the caller hears the supervisor and no bot',
    await until(() => isTone(caller.lastSecond(), supervisorHz)),
  )
  let said = 0
  const speaks = () => {
    if (phone.speaking) return
    phone.say(tone(callerHz))
    said++
  }
  const hearsCaller = async () => {
    speaks()
    return Math.abs((await played(page)) - callerHz) < 25
  }
  check('the supervisor hears the caller', await until(hearsCaller))
  const hearsSupervisor = () => {
    speaks()
    return said > 2 && isTone(caller.lastSecond(), supervisorHz)
  }
  check('the caller still hears nothing else', await until(hearsSupervisor))
  const after = () => {
    const lines = registry.get(callId)?.transcript ?? []
    return lines.slice(lines.findIndex(({ text }) => text === supervisorMark) + 1)
  }
  const isHeard = () => after().some(({ text }) => text === heard)
  check('what the caller says to the supervisor goes to the transcript', await until(isHeard))
  await page.click('.card >> text=Rendre l’appel au bot')
  check('the call is given back', await until(() => phase() !== 'supervised'))
  const hearsBot = () =>
    rms(caller.lastSecond()) > 300 && amplitudeAt(caller.lastSecond(), supervisorHz) < 100
  check('and the caller hears the bot again', await until(hearsBot))
  phone.hangUp()
  await until(() => registry.get(callId)?.outcome === 'hangup' && !registry.isBeingWritten(callId))
  const lines = registry.get(callId)?.transcript ?? []
  check(
    'the transcript marks where the supervisor began',
    lines.some(({ text }) => text === supervisorMark),
  )
  check(
    'and has the bot after that',
    after().some(({ who }) => who === 'agent'),
  )
  await checkRecording(given)
  await page.close()
}

const played = async (page: Page): Promise<number> => Number(await page.evaluate('playedHz()'))

/** The recording went on: both tones are in it, each on its own side and at the same time. */
async function checkRecording({
  caller: { callId },
  recordings,
  check,
}: {
  caller: Caller
  recordings: string
  check: (what: string, isTrue: boolean) => void
}): Promise<void> {
  const sideOf = async (side: string) => {
    const [file = ''] = await Array.fromAsync(new Bun.Glob(`*/${callId}.${side}.raw`).scan(recordings))
    return new Int16Array(await Bun.file(join(recordings, file)).arrayBuffer())
  }
  const [callerSide, agentSide] = await Promise.all([sideOf('caller'), sideOf('agent')])
  const half = second / 2
  let both = 0
  for (let from = 0; from + half <= agentSide.length; from += half) {
    const [left, right] = [callerSide, agentSide].map((side) => side.subarray(from, from + half))
    if (isTone(left!, callerHz) && isTone(right!, supervisorHz)) both++
  }
  check('the recording has both sides of the time that the supervisor spoke', both > 0)
}
