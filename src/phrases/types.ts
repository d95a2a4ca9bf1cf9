// What calls need of the phrase cache, and what the operator sees of the phrases. Types only.

import type { PhraseTexts } from '../desk/texts.ts'
import type { SiteItem } from '../site/generation.ts'

export type PhraseView = {
  /** slin8 samples on shared memory: read-only, and valid for as long as you hold them. */
  samples: Int16Array
  generation: number
}

export type PhraseFinder = {
  /**
   * Looks a text up in the voice and language in use. Takes less than 50 µs; a miss allocates nothing.
   *
   * @returns undefined when the text was never spoken, or was evicted
   */
  find(text: string, language: string): PhraseView | undefined
  /**
   * Keeps audio that a voice just spoke, so that the text is a hit next time; does nothing when the cache is full.
   *
   * @param voice the voice that spoke, when it was not the voice in use
   */
  keep(text: string, language: string, samples: Int16Array, voice?: string): void
}

/** The phrases as one call hears them: in one voice. */
export type CallPhrases = PhraseFinder & {
  /** From now on the call has this voice, because the one before failed. @param key `Tts.voiceKey` */
  changeVoice(key: string): void
  /** The sentence has nothing of a caller in it: other machines may get it too. Missing where one is alone. */
  share?(text: string, language: string, samples: Int16Array, voice: string): void
  /** Notes that a sentence of the language model is spoken. @returns whether it was noted before, by any call */
  isRepeated(text: string, language: string): boolean
}

/** A phrase as the operator sees it. */
export type PhraseInfo = {
  /** `welcome`, `ok.2` for the second wording, `number-06`. */
  name: string
  language: string
  text: string
  durationMs: number
  /** The voice of its recording, or `live` when it has no recording and is spoken when needed. */
  source: string
  generation: number
  bytes: number
  /** Grows with each change by the site; 0: as shipped. A change names the version that it began with. */
  version: number
}

/** How far the voice in use has spoken the desk, as the operator sees it. */
export type VoiceState = {
  /** `openai/gpt-4o-mini-tts/coral` */
  voice: string
  /** Whether calls that begin now hear this voice and no other. */
  onAir: boolean
  /** `off`: REVOICE is off. */
  phase: 'off' | 'speaking' | 'paused' | 'done'
  /** Sentences that it has to speak, whether done or not. */
  phrases: number
  done: number
  /** Of what is left. */
  cost: string
}

/** Why a change is refused, where the reason is known: the page says it in its own language. */
export type PhraseRefusal =
  | 'conflict'
  | 'unknown'
  | 'sound_too_long'
  | 'sound_too_quiet'
  | 'sound_too_short'
  | 'not_audio'
  | 'folder_not_writable'
  | 'no_redis'
  | 'bad_hours'
  | 'bad_exceptions'
  | 'bad_message'
  | 'bad_until'

/** On failure nothing has changed, and each of `problems` names one fault in one sentence. */
export type PhraseChange =
  | { ok: true; generation: number; phrases: number }
  | { ok: false; problems: readonly string[]; code?: PhraseRefusal }

/** Audio that was made and is stored nowhere: 8 kHz mono. */
export type PhrasePreview = { ok: true; samples: Int16Array } | (PhraseChange & { ok: false })

/** A change of the site, as the operator sees it. */
export type HistoryEntry = {
  generation: number
  /** ISO time. */
  at: string
  by: string
  action: 'text' | 'sound' | 'reset' | 'document' | 'undo' | 'import' | 'repair' | 'draft'
  /** The generation whose change this one takes back. */
  undoes: number | null
  /** Whether it can be taken back now: nothing of it was changed again since. */
  canUndo: boolean
  items: readonly {
    /** `fr.welcome`, `prompts/fr.md`. */
    id: string
    /** The texts of a phrase or of a short document; null when it is as shipped, or long. */
    before: string | null
    after: string | null
    /** The voices: `null` where the program's audio is used. */
    soundBefore: string | null
    soundAfter: string | null
  }[]
  /** Further phrases and documents of this change. */
  more: number
}

/** Who makes a change, and what they saw of the phrase; without a version the change is made in any case. */
export type Editing = { by: string; version?: number }

export type PhraseEditor = {
  /** The texts in use, one entry per language. */
  readonly texts: readonly PhraseTexts[]
  list(): readonly PhraseInfo[]
  /** 8 kHz mono on shared memory; undefined when there is no such phrase or it has no recording. */
  samples(name: string, language: string): Int16Array | undefined
  /** Reads the assets and the site folder again and swaps the whole set in one step. */
  reload(): Promise<PhraseChange>
  /** Reads them again too, and takes what is sound, as a start does. */
  renew(): Promise<PhraseChange>
  /** Speaks a text as {@link put} would, and changes nothing. */
  preview(name: string, language: string, text: string): Promise<PhrasePreview>
  /** Changes one text: speaks it with the voice in use, checks, commits and swaps it in. */
  put(name: string, language: string, text: string, editing: Editing): Promise<PhraseChange>
  /** Makes a sound of a person ready as {@link putSound} would, and changes nothing. @param file WAV, MP3 or Ogg */
  previewSound(file: Uint8Array): Promise<PhrasePreview>
  /** Plays the sound of a person for this phrase, until its text changes. */
  putSound(name: string, language: string, file: Uint8Array, editing: Editing): Promise<PhraseChange>
  /**
   * Changes a document of the site, such as `hours/hours.yaml`. @param text null: as shipped @returns refused when the
   * server cannot use it
   */
  putDocument(id: string, text: string | null, editing: Editing): Promise<PhraseChange>
  /** Speaks and stores a text as {@link put} would, for a draft, and changes nothing. */
  itemOf(name: string, language: string, text: string): Promise<SiteItem | (PhraseChange & { ok: false })>
  /** Puts the items of a draft on air as one change, of the generation `base` and no other. */
  publish(items: readonly SiteItem[], by: string, base: number): Promise<PhraseChange>
  /** Newest first. */
  history(limit: number): Promise<HistoryEntry[]>
  /** Takes a change back, as a change of its own. */
  undo(generation: number, by: string): Promise<PhraseChange>
}
