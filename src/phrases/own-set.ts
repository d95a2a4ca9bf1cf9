// What the voice in use has spoken of the desk, as one set beside the recordings. It holds the sentences that the
// recordings have in another voice. It goes on air when nothing is missing, and then stays there: a sentence that is
// new since, such as an edited one, is spoken live by the same voice until it is in the set.

import { samplesOf } from '../audio/pcm.ts'
import { audioName } from '../site/generation.ts'
import { type SpokenSound, sentenceKey, type VoiceBook } from '../site/voice-book.ts'
import type { Phrase } from './texts.ts'

/** The audio of a phrase, and who speaks in it. */
export type Sound = { samples: Int16Array; text: string; voice: string; isSpeaker: boolean }
export type Used = Sound & { phrase: Phrase }

export type OwnSounds = {
  /** Whether calls that begin now hear this voice and no other. */
  onAir: boolean
  languages: string[]
  /** Read when the voice is on air. */
  used: Used[]
  /** Sentences that this voice has to speak, whether it has or not. */
  wanted: Phrase[]
  missing: Phrase[]
  /** Keys of missing sentences whose audio is in the book but cannot be used. */
  damaged: ReadonlySet<string>
}

export const noSounds: OwnSounds = {
  onAir: false,
  languages: [],
  used: [],
  wanted: [],
  missing: [],
  damaged: new Set(),
}

/**
 * @param voice `Tts.voiceKey`
 * @param phrases of the languages that are offered
 * @param covered whether a phrase has a sound already that needs no other: of a person, or of this voice
 * @param content reads audio by its name, and throws when it is missing or damaged
 */
export async function readOwnSounds(
  voice: string,
  book: VoiceBook,
  phrases: readonly Phrase[],
  covered: (phrase: Phrase) => boolean,
  content: (name: string) => Promise<Uint8Array>,
): Promise<OwnSounds> {
  const wanted = phrases.filter((phrase) => !covered(phrase))
  const missing = wanted.filter((phrase) => !(phraseKey(phrase) in book.sounds))
  const languages = [...new Set(phrases.map(({ language }) => language))]
  const wasWhole = languages.every((language) => book.whole.includes(language))
  const damaged = new Set<string>()
  if (!wasWhole && missing.length > 0) return { ...noSounds, languages, wanted, missing }
  const used: Used[] = []
  for (const phrase of wanted) {
    const sound = book.sounds[phraseKey(phrase)]
    if (!sound) continue
    const samples = await read(sound, content)
    if (samples) used.push({ phrase, samples, text: phrase.text, voice, isSpeaker: false })
    else {
      damaged.add(phraseKey(phrase))
      missing.push(phrase)
    }
  }
  return { onAir: wasWhole || missing.length === 0, languages, used, wanted, missing, damaged }
}

export const phraseKey = ({ language, text }: Phrase): string => sentenceKey(language, text)

async function read(
  sound: SpokenSound,
  content: (name: string) => Promise<Uint8Array>,
): Promise<Int16Array | undefined> {
  const bytes = await content(audioName(sound)).catch(() => undefined)
  return bytes?.length === sound.samples * 2 ? samplesOf(bytes) : undefined
}
