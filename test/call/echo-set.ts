// The labelled set for the agent's echo: what he says comes back from a loudspeaker, through a room, in the caller's
// sound. Alone, nothing may interrupt him; a caller who talks over it must. Settings were tuned on one cast; the other
// cast (other voices, rooms, delays) was named before the tuning and is scored as it comes.

import { readFileSync } from 'node:fs'
import { amplitudeOf, frameSamples, samplesOf, toSample } from '../../src/audio/pcm.ts'
import { readWav } from '../../src/audio/wav.ts'
import { atDb, db, scaled, white } from './bargein-sounds.ts'
import {
  alaw,
  type Codec,
  clickIn,
  coded,
  convolve,
  delayed,
  overload,
  type RoomName,
  rooms,
} from './echo-rooms.ts'

export type EchoItem = {
  row: string
  /** What the agent says, and what the caller's telephone sends: frame by frame at the same time. */
  far: Int16Array
  near: Int16Array
  /** Where the caller speaks; undefined when only the echo is heard. */
  speech: { fromMs: number; toMs: number } | undefined
  /** Frames that the telephone never sent; they hold noise in `near`. */
  lost: ReadonlySet<number>
}

/** A voice: a fixture or a cached phrase, at a speed; 0.85 is a larger, 1.2 a smaller speaker. */
type Voice = readonly [name: string, speed: number]

export type EchoCast = {
  name: string
  agent: readonly string[]
  callers: readonly Voice[]
  rooms: readonly RoomName[]
  delaysMs: readonly number[]
  /** The codec of mobiles that its rows use. */
  codec: Codec
  seed: number
}

const at = (speed: number, prefix: string, ...names: string[]): Voice[] =>
  names.map((name) => [`${prefix}${name}`, speed])

/** The settings of src/audio/echo.ts and wasm/echo were chosen on this one. */
export const tunedEcho: EchoCast = {
  name: 'tuned',
  agent: [
    ...['fr.welcome', 'fr.ask_symptom_internet.1', 'fr.step_box_lights', 'fr.step_box_restart_help'],
    ...['fr.welcome_back', 'fr.ask_symptom_mobile.1', 'fr.step_wifi_near', 'fr.choose_topic.1'],
    ...['fr.no_technician', 'fr.goodbye', 'en.welcome', 'en.step_sim_help'],
  ],
  callers: [
    ...at(1, 'caller-', 'wait', 'technician', 'box', 'stop', 'already', 'number', 'slow'),
    ...at(1, 'caller-', 'human', 'late', 'line', 'again', 'wire', 'evening', 'mobile'),
  ],
  rooms: ['hand', 'car', 'kitchen'],
  delaysMs: [60, 200, 400],
  codec: 'opus',
  seed: 0,
}

/** A second one to tune on, named later: soft callers, and rooms with late reflections. */
export const secondEcho: EchoCast = {
  name: 'second',
  agent: [
    ...['en.ask_symptom_mobile.1', 'fr.opening_hours', 'en.no_technician', 'fr.step_box_cables_help'],
    ...['en.opening_hours', 'fr.step_sim_help', 'en.step_wifi_near_help', 'fr.choose_topic.2'],
    ...['en.welcome_back', 'fr.step_wifi_near_help', 'en.choose_topic.1', 'fr.ask_symptom_internet.2'],
  ],
  callers: [
    ...at(0.94, 'caller-', 'wait', 'box', 'evening', 'human'),
    ...at(1.07, 'caller-', 'late', 'wire', 'number', 'line'),
    ...at(0.9, '', 'en.ask_symptom_internet.2', 'fr.ask_phone.2', 'en.ask_open.2'),
    ...at(1.12, '', 'en.ask_phone.2', 'fr.ask_name.2', 'en.ask_name.1'),
  ],
  rooms: ['cab', 'office', 'stairs'],
  delaysMs: [110, 260, 320],
  codec: 'opus',
  seed: 9_000,
}

/** Nobody tunes on this one: German and Spanish agents, callers at other speeds, other rooms, delays and codec. */
export const heldOutEcho: EchoCast = {
  name: 'held out',
  agent: [
    ...['de.welcome', 'es.welcome', 'de.ask_symptom_internet.1', 'es.step_box_restart_help'],
    ...['de.step_sim_help', 'es.welcome_back', 'de.opening_hours', 'es.ask_symptom_mobile.1'],
    ...['de.step_box_cables_help', 'es.no_technician', 'de.choose_topic.1', 'es.step_wifi_near_help'],
  ],
  callers: [
    ...at(0.87, 'caller-', 'late', 'evening', 'box', 'slow', 'technician'),
    ...at(1.15, 'caller-', 'mobile', 'again', 'line', 'already', 'human'),
    ...at(1, 'utterance-', 'hello', 'internet', 'number'),
    ...at(0.95, '', 'fr.ask_open.1', 'de.ask_open.1', 'es.ask_open.1'),
  ],
  rooms: ['desk', 'van', 'hall'],
  delaysMs: [85, 170, 345],
  codec: 'gsm',
  seed: 5_000,
}

/** One row of the set: how the echo sounds, and whether a caller talks over it. */
export type EchoRow = {
  /** Level of the echo against the agent's voice; undefined for a telephone without echo. */
  echoDb: number | undefined
  /** Level of the caller; undefined for nobody. */
  callerDb?: number
  /** When the caller begins. */
  fromMs?: number
  /** He says one thing after another for so long, without a pause; undefined for one thing. */
  talksMs?: number
  seconds?: number
  isOverloaded?: boolean
  isCoded?: boolean
  ppm?: number
  /** From `atMs` on the echo comes `byMs` later. */
  shift?: { atMs: number; byMs: number }
  /** Share of the caller's frames that are lost. */
  lost?: number
  /** While the agent is quieter than this the telephone sends nothing (silence suppression). */
  suppressesSilence?: boolean
}

const lineDb = -58
const pauseMs = 200

function voice(name: string, speed = 1): Float64Array {
  const samples = /^[a-z]{2}\./.test(name)
    ? samplesOf(readFileSync(new URL(`../../assets/cache/${name}.raw`, import.meta.url)))
    : readWav(readFileSync(new URL(`../fixtures/audio/${name}.wav`, import.meta.url))).samples
  return Float64Array.from({ length: Math.floor((samples.length - 1) / speed) }, (_, i) => {
    const from = Math.floor(i * speed)
    const part = i * speed - from
    return samples[from]! * (1 - part) + samples[from + 1]! * part
  })
}

/** Plays the agent's phrases through the rooms of one cast; each track and room once. */
class EchoStudio {
  private readonly tracks = new Map<string, Float64Array>()

  constructor(private readonly cast: EchoCast) {}

  /** Phrases of the agent one after another. */
  private agent(index: number, seconds: number): Float64Array {
    const { agent } = this.cast
    return this.keep(`${index} ${seconds}`, () => {
      const out = new Float64Array(seconds * 8_000)
      for (let from = 0, k = index * 3 + 1; from < out.length; k++) {
        const one = voice(agent[k % agent.length]!)
        out.set(one.subarray(0, out.length - from), from)
        from += one.length + pauseMs * 8
      }
      return out
    })
  }

  /** The same out of the loudspeaker, at the microphone, without delay and at any level. */
  private echo(index: number, seconds: number, room: RoomName, row: EchoRow): Float64Array {
    const { isOverloaded = false, isCoded = false } = row
    return this.keep(`${index} ${seconds} ${room} ${isOverloaded} ${isCoded}`, () => {
      let sound = this.agent(index, seconds)
      if (isCoded) sound = coded(sound, this.cast.codec)
      if (isOverloaded) sound = overload(scaled(sound, 1))
      return convolve(sound, clickIn(rooms[room]))
    })
  }

  private keep(key: string, make: () => Float64Array): Float64Array {
    const kept = this.tracks.get(key) ?? make()
    this.tracks.set(key, kept)
    return kept
  }

  item(title: string, row: EchoRow, index: number, room: RoomName, delayMs: number): EchoItem {
    const { seed, codec } = this.cast
    const seconds = row.seconds ?? 9
    const far = this.agent(index, seconds)
    const next = white(seed + 7 + index)
    const near = Float64Array.from(far, () => amplitudeOf(lineDb) * next())
    if (row.echoDb !== undefined) {
      const sound = atDb(this.echo(index, seconds, room, row), db(far) + row.echoDb)
      const { shift, ppm = 0 } = row
      const later = (ms: number) => delayMs + (shift !== undefined && ms >= shift.atMs ? shift.byMs : 0)
      add(near, delayed(sound, later, ppm), 0)
    }
    const fromMs = row.fromMs ?? 4_000
    let speech: EchoItem['speech']
    if (row.callerDb !== undefined) {
      const first = index * 5 + Math.round(delayMs / 20)
      const words = this.words(first, row.callerDb, row.talksMs)
      add(near, words, fromMs * 8)
      const begin = words.findIndex((value) => Math.abs(value) > amplitudeOf(row.callerDb! - 15))
      speech = { fromMs: fromMs + begin / 8, toMs: Math.min(seconds * 1_000, fromMs + words.length / 8) }
    }
    const sent = row.isCoded ? coded(near, codec) : near
    return {
      row: title,
      far: Int16Array.from(far, toSample),
      near: Int16Array.from(sent, (value) => toSample(alaw(value))),
      speech,
      lost: this.lost(row, index, sent, speech),
    }
  }

  /** What one caller says, or several of them without a pause between. */
  private words(first: number, level: number, talksMs?: number): Float64Array {
    const { callers } = this.cast
    const next = (k: number) => {
      const [name, speed] = callers[(first + k) % callers.length]!
      return atDb(voice(name, speed), level)
    }
    if (talksMs === undefined) return next(0)
    const out = new Float64Array(talksMs * 8)
    for (let at = 0, k = 0; at < out.length; k++) {
      const words = next(k)
      const begin = words.findIndex((value) => Math.abs(value) > amplitudeOf(level - 15))
      out.set(words.subarray(begin, begin + out.length - at), at)
      at += words.length - begin
    }
    return out
  }

  private lost(row: EchoRow, index: number, near: Float64Array, speech: EchoItem['speech']): Set<number> {
    const lost = new Set<number>()
    const next = white(this.cast.seed + 77 + index)
    for (let frame = 0; (frame + 1) * frameSamples <= near.length; frame++) {
      const isSpeech = speech !== undefined && frame * 20 >= speech.fromMs && frame * 20 < speech.toMs
      const isQuiet = row.suppressesSilence && db(near.subarray(frame * 160, frame * 160 + 160)) < lineDb + 6
      // The sum of three uniform numbers is under this in a share of `lost`; the rows use 2 %.
      const isLost = row.lost !== undefined && next() < -3 + 2 * (6 * row.lost) ** (1 / 3)
      if (isLost || (isQuiet && !isSpeech)) lost.add(frame)
    }
    return lost
  }
}

function add(to: Float64Array, sound: Float64Array, from: number): void {
  const count = Math.min(sound.length, to.length - from)
  for (let i = 0; i < count; i++) to[from + i]! += sound[i]!
}

/** Items of the given rows: for each row, all rooms and delays of the cast, `items` agent tracks each. */
export function* echoSet(
  cast: EchoCast,
  rows: Readonly<Record<string, EchoRow>>,
  items: number,
): Generator<EchoItem> {
  const studio = new EchoStudio(cast)
  for (const [title, row] of Object.entries(rows))
    for (const delayMs of cast.delaysMs)
      for (const room of cast.rooms)
        for (let index = 0; index < items; index++) yield studio.item(title, row, index, room, delayMs)
}
