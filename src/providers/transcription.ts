// What of a transcription was said. Whisper writes text for noise and silence too: marks of sounds, credits of the
// subtitles that it was trained on, and the words that we asked it to expect. These are cut off; the caller's words
// beside them stay. Pure.

import { languageOf, languages } from '../understanding/languages/index.ts'

/** A piece of the text, with what the model knows of it: `verbose_json`. */
export type Segment = {
  text: string
  /** Probability that nobody spoke, 0 to 1. */
  noSpeechProb?: number
  /** Mean logarithm of the tokens' probability; 0 is certain. */
  avgLogprob?: number
}
export type Transcription = {
  text: string
  /** Empty where the server gives only the text. */
  segments: readonly Segment[]
}

/** OpenAI's own limits (whisper/transcribe.py): together they mean silence. */
const silence = { noSpeechProb: 0.6, avgLogprob: -1 }
/** A word that we asked for ourselves needs less doubt to be our echo. */
const echoNoSpeechProb = 0.6
/** So many of our own terms, and nothing else, are our prompt; no caller lists them. */
const echoTerms = 3

/**
 * Beginnings of credits in any language, whatever the caller speaks; what follows in the same sentence belongs to them.
 * Compared without case and accents.
 */
let credits: readonly RegExp[] | undefined
const allCredits = (): readonly RegExp[] =>
  languages.flatMap((code) => languageOf(code).credits.map(({ say }) => new RegExp(say)))

/** Sounds in brackets, asterisks or notes; round brackets may hold a number that was said. */
const marks = [
  /\[[^\]]{0,60}\]/g,
  /\([^)\d]{0,60}\)/g,
  /\*[^*\d]{1,40}\*/g,
  /♪[^♪]{0,60}♪/g,
  /<\|[^|]{0,20}\|>/g,
  /[♪♫]/g,
]

/**
 * @param keyterms the words that the recogniser was asked to expect
 * @returns what was said; '' when that was nothing
 */
export function spokenText({ text, segments }: Transcription, keyterms: readonly string[]): string {
  const kept = segments.filter((segment) => !isSilence(segment))
  const whole = segments.length === 0 || kept.length === segments.length ? text : joined(kept)
  const said = withoutCredits(marks.reduce((rest, mark) => rest.replace(mark, ' '), whole))
  const doubtful = kept.length > 0 && kept.every(({ noSpeechProb = 0 }) => noSpeechProb > echoNoSpeechProb)
  if (isEcho(said, keyterms, doubtful) || !/[\p{L}\p{N}]/u.test(said)) return ''
  return said
}

const joined = (segments: readonly Segment[]) => segments.map((segment) => segment.text.trim()).join(' ')

const isSilence = ({ noSpeechProb = 0, avgLogprob = 0 }: Segment) =>
  noSpeechProb > silence.noSpeechProb && avgLogprob < silence.avgLogprob

function withoutCredits(text: string): string {
  credits ??= allCredits()
  const beginnings = credits
  const sentences = text.split(/(?<=[.!?…])\s+|\n/)
  const left = sentences.map((sentence) => {
    const plain = folded(sentence)
    const starts = beginnings.map((pattern) => plain.search(pattern)).filter((at) => at >= 0)
    if (starts.length === 0) return sentence.trim()
    const before = sentence.slice(0, Math.min(...starts)).trim()
    // What is left of a heart or a dash is no word.
    return /[\p{L}\p{N}]/u.test(before) ? before : ''
  })
  return left.filter((sentence) => sentence !== '').join(' ')
}

/** Without case and accents, and exactly as long, so that positions stay. */
function folded(text: string): string {
  return [...text]
    .map((char) => {
      const base = char.normalize('NFD')[0].toLowerCase()
      return base.length === char.length ? base : char
    })
    .join('')
}

const wordsIn = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? []

/**
 * Whether the text is our own prompt: nothing but key terms, three or more, or two neighbours of the prompt with its
 * comma, or, where the model doubts that anybody spoke, a single one.
 */
function isEcho(text: string, keyterms: readonly string[], doubtful: boolean): boolean {
  const terms = termsOf(wordsIn(text), keyterms)
  if (terms === undefined) return false
  if (doubtful || terms.length >= echoTerms) return true
  const [first, second] = terms
  return terms.length === 2 && text.includes(',') && second === first + 1
}

/** The text as indices of key terms, longest first; undefined when it has any other word. */
function termsOf(words: readonly string[], keyterms: readonly string[]): number[] | undefined {
  const all = keyterms
    .map((term, index) => ({ words: wordsIn(term), index }))
    .filter((term) => term.words.length > 0)
    .sort((a, b) => b.words.length - a.words.length)
  const found: number[] = []
  for (let at = 0; at < words.length; ) {
    const term = all.find((one) => one.words.every((word, i) => words[at + i] === word))
    if (!term) return undefined
    found.push(term.index)
    at += term.words.length
  }
  return found.length === 0 ? undefined : found
}

/** Reads the answer of `audio.transcriptions`, in `json` or `verbose_json`. Anything else in it is ignored. */
export function transcriptionOf(answer: unknown): Transcription {
  const { text, segments } = fieldsOf(answer)
  return {
    text: typeof text === 'string' ? text : '',
    segments: Array.isArray(segments) ? segments.map(segmentOf) : [],
  }
}

function segmentOf(value: unknown): Segment {
  const fields = fieldsOf(value)
  const number = (field: unknown) => (typeof field === 'number' ? field : undefined)
  return {
    text: typeof fields.text === 'string' ? fields.text : '',
    noSpeechProb: number(fields.no_speech_prob),
    avgLogprob: number(fields.avg_logprob),
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
