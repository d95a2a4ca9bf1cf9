// The labelled set for barge-in: sounds on the caller's line while the agent speaks. In `speech` items a caller takes the
// turn and must be detected; in `other` items there is no caller, and nothing may interrupt the agent. Voices come from
// espeak-ng (fixtures) and Pico (the cached phrases, also at other speeds, which makes other speakers); everything else
// is computed here, identically each time.
//
// Background voices (babble) count as `other`: five talkers at once, 15 and 5 dB below a caller of -20 dB. So does the
// agent's own echo, one talker 20 dB below the agent. A single other person who talks into the telephone is a caller to
// any detector, and is not in the set.

import { readFileSync } from 'node:fs'
import { amplitudeOf, samplesOf, toSample } from '../../src/audio/pcm.ts'
import { readWav } from '../../src/audio/wav.ts'
import { atDb, db, loop, mix, otherSounds, perMs, type Sound, scaled, white } from './bargein-sounds.ts'

export type Item = {
  name: string
  row: string
  /** What the detector hears, from 1.5 s before anything happens. */
  samples: Int16Array
  /** Where the caller speaks; undefined for `other`. */
  speech: { fromMs: number; toMs: number } | undefined
}

/** Length of the line before the caller or the sound. */
const leadMs = 1_500
const tailMs = 700
const callerDb = -20
const lineDb = -60

/** Who speaks in a set: one set was tuned on, the other was not. */
export type Cast = {
  /** Fixtures; at least 700 ms each. */
  callers: readonly string[]
  /** Cached phrases and speeds, as callers too, */
  callerPhrases: readonly [string, number][]
  /** as the agent whose echo is heard, */
  agent: readonly string[]
  /** and as the five who talk behind the caller. */
  bystanders: readonly [string, number][]
  seed: number
}

export const tunedCast: Cast = {
  callers: [
    ...['wait', 'technician', 'box', 'stop', 'already', 'number', 'slow', 'human'].map(
      (name) => `caller-${name}`,
    ),
    ...['hello', 'internet', 'number'].map((name) => `utterance-${name}`),
  ],
  callerPhrases: [
    ['fr.ask_open.1', 0.86],
    ['en.phone_invalid.2', 0.86],
    ['fr.ask_open.1', 1.16],
    ['en.phone_invalid.2', 1.16],
  ],
  agent: [
    ...['fr.welcome', 'fr.ask_symptom_internet.1', 'fr.step_box_lights', 'fr.step_box_restart_help'],
    ...['fr.transfer', 'fr.step_sim', 'fr.ask_phone.1', 'fr.opening_hours', 'fr.verify_keys', 'en.welcome'],
  ],
  bystanders: [
    ['fr.step_box_cables_help', 0.85],
    ['en.step_box_restart_help', 1],
    ['fr.step_decoder_restart_help', 1.18],
    ['en.step_box_lights_help', 0.92],
    ['fr.step_wifi_near_help', 1.08],
  ],
  seed: 0,
}

export const heldOutCast: Cast = {
  callers: ['late', 'line', 'again', 'wire', 'evening', 'mobile'].map((name) => `caller-${name}`),
  callerPhrases: [
    ['fr.busy', 0.9],
    ['en.check_technician', 0.95],
    ['fr.call_back_noted', 1.1],
    ['en.error', 1.2],
  ],
  agent: [
    ...['fr.welcome_back', 'fr.ask_symptom_mobile.1', 'fr.step_wifi_near', 'fr.step_plane_mode_help'],
    ...['fr.choose_topic.1', 'fr.no_technician', 'fr.ask_call_back.1', 'fr.goodbye', 'en.welcome_back'],
  ],
  bystanders: [
    ['en.step_sim_help', 0.88],
    ['fr.step_sim_help', 1.1],
    ['en.step_mobile_data_help', 1.15],
    ['fr.step_phone_restart_help', 0.95],
    ['en.ask_symptom_internet.1', 1.02],
  ],
  seed: 1_000,
}

const wav = (name: string): Float64Array =>
  Float64Array.from(readWav(readFileSync(new URL(`../fixtures/audio/${name}.wav`, import.meta.url))).samples)

/** A cached phrase of the agent, at another speed if wanted: 0.85 is a larger, 1.2 a smaller speaker. */
function phrase(name: string, speed = 1): Float64Array {
  const samples = samplesOf(readFileSync(new URL(`../../assets/cache/${name}.raw`, import.meta.url)))
  return Float64Array.from({ length: Math.floor((samples.length - 1) / speed) }, (_, i) => {
    const at = Math.floor(i * speed)
    const part = i * speed - at
    return samples[at]! * (1 - part) + samples[at + 1]! * part
  })
}

/** Five talkers without a pause, a loop of about 5 s; RMS 1. */
function babbleOf({ bystanders }: Cast): Float64Array {
  const talkers = bystanders.map(([name, speed]) => atDb(phrase(name, speed), callerDb))
  const length = Math.max(...talkers.map((samples) => samples.length))
  const sum = mix(
    length,
    ...talkers.map((samples, i) => ({ samples: loop(samples, 9_000 * i, length), atMs: 0 })),
  )
  return scaled(sum, 1 / amplitudeOf(db(sum)))
}
/** Background of the line, of so many samples, for the item with this number. */
type Background = (index: number, length: number) => Float64Array

/** Everything that a set is made of. */
class Studio {
  private readonly babble: Float64Array

  constructor(private readonly cast: Cast) {
    this.babble = babbleOf(cast)
  }

  noise(level: number): Background {
    return (index, length) => {
      const next = white(this.cast.seed + 100 + index)
      return Float64Array.from({ length }, () => amplitudeOf(level) * next())
    }
  }

  voices(level: number): Background {
    return (index, length) => scaled(loop(this.babble, index * 7_919, length), amplitudeOf(level))
  }

  /** Two phrases of the agent with 200 ms between them, at a tenth. */
  echo(): Background {
    const { agent } = this.cast
    return (index, length) => {
      const first = phrase(agent[index % agent.length]!)
      const second = phrase(agent[(index + 3) % agent.length]!)
      const both = mix(
        first.length + second.length + 400 * perMs,
        { samples: first, atMs: 0 },
        { samples: second, atMs: first.length / perMs + 200 },
      )
      return scaled(loop(both, 0, length), 0.1)
    }
  }

  sentences(): Sound[] {
    const { callers, callerPhrases } = this.cast
    return [
      ...callers.map((name) => ({ name, samples: trim(wav(name)) })),
      ...callerPhrases.map(([name, speed]) => ({
        name: `${name} at ${speed}`,
        samples: trim(phrase(name, speed)),
      })),
    ]
  }

  item(row: string, index: number, background: Background, sound: Sound, isSpeech: boolean): Item {
    const length = Math.ceil(((leadMs + tailMs) * perMs + sound.samples.length) / 160) * 160
    const all = mix(
      length,
      { samples: this.noise(lineDb)(900 + index, length), atMs: 0 },
      { samples: background(index, length), atMs: 0 },
      { samples: sound.samples, atMs: leadMs },
    )
    const speech = isSpeech ? { fromMs: leadMs, toMs: leadMs + sound.samples.length / perMs } : undefined
    return { name: sound.name, row, samples: Int16Array.from(all, toSample), speech }
  }
}

/** Trims to where frames are within 25 dB of the loudest; a listener does not hear quieter frames as a beginning. */
function trim(samples: Float64Array): Float64Array {
  const levels = Array.from({ length: Math.floor(samples.length / 80) }, (_, i) =>
    db(samples.subarray(i * 80, (i + 1) * 80)),
  )
  const least = Math.max(...levels) - 25
  const first = levels.findIndex((level) => level > least)
  const last = levels.findLastIndex((level) => level > least)
  return samples.slice(first * 80, (last + 1) * 80)
}

const nothing: Background = (_, length) => new Float64Array(length)

/**
 * A set, about 15 to 20 minutes of audio; made item by item. The agent speaks all the time.
 * @param every take only each n-th item, over all rows; the others are not computed
 */
export function* bargeInSet(cast: Cast, every = 1): Generator<Item> {
  let index = 0
  for (const make of itemsOf(cast)) if (index++ % every === 0) yield make()
}

/** Each item as a function that makes it, in the order of the rows. */
function* itemsOf(cast: Cast): Generator<() => Item> {
  const studio = new Studio(cast)
  const spoken = studio.sentences()
  const heard = (row: string, level: number, background: Background) =>
    spoken.map(
      ({ name, samples }, i) =>
        () =>
          studio.item(row, i, background, { name, samples: atDb(samples, level) }, true),
    )
  const alone = (row: string, count: number, ms: number, background: Background) =>
    Array.from({ length: count }, (_, i) => () => {
      const silence = { name: `${row}, ${i}`, samples: new Float64Array(ms * perMs) }
      return studio.item(row, i, background, silence, false)
    })
  for (const level of [-15, -20, -25, -30, -35]) yield* heard(`speech ${level} dB`, level, nothing)
  for (const ratio of [15, 5]) {
    const level = callerDb - ratio
    yield* heard(`speech, white noise ${ratio} dB under it`, callerDb, studio.noise(level))
    yield* heard(`speech, babble ${ratio} dB under it`, callerDb, studio.voices(level))
    yield* alone(`white noise ${level} dB`, 12, 4_000, studio.noise(level))
    yield* alone(`babble ${level} dB`, 12, 4_000, studio.voices(level))
  }
  for (const level of [-20, -30])
    yield* heard(`speech ${level} dB over the agent's echo`, level, studio.echo())
  yield* alone("agent's echo", cast.agent.length, 6_000, studio.echo())
  for (const [row, sounds] of Object.entries(otherSounds(cast.seed))) {
    for (const [i, sound] of sounds.entries()) yield () => studio.item(row, i, nothing, sound, false)
  }
}
