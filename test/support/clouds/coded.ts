// Audio that carries its own transcript, so that a lost or doubled word shows: each 20 ms frame holds a mark, its number
// and the word it belongs to. The fake recogniser hears exactly what arrived.

export const vocabulary = (
  "bonjour je voudrais prendre un rendez-vous demain matin à neuf heures s'il vous plaît oui non merci au revoir " +
  'monsieur madame docteur pharmacie ordonnance livraison colis adresse paris lyon marseille lundi mardi mercredi'
).split(' ')

/** Quiet values, so that a silent frame is silent to a level meter too. */
const mark = 341
export const frameSamples = 160

/** @param word index into the vocabulary, or -1 for silence; the rest of the frame is a square wave or zeros */
export function codedFrame(number: number, word: number): Int16Array {
  const frame = new Int16Array(frameSamples)
  frame[0] = mark
  frame[1] = -mark
  frame[2] = number & 0xff
  frame[3] = number >>> 8
  frame[4] = word + 1
  if (word >= 0) for (let i = 5; i < frame.length; i++) frame[i] = (i >> 3) & 1 ? 8_000 : -8_000
  return frame
}

/** @returns what the frame says, or undefined when it is not one of ours */
export function readCoded(frame: Int16Array): { number: number; word: string | undefined } | undefined {
  if (frame[0] !== mark || frame[1] !== -mark) return undefined
  return { number: frame[2] + (frame[3] << 8), word: vocabulary[frame[4] - 1] }
}

export type CodedOptions = { leadFrames: number; wordFrames: number; pauseFrames: number }
export const codedDefaults = {
  leadFrames: 10,
  wordFrames: 12,
  pauseFrames: 75,
} as const satisfies CodedOptions

/** Utterances of words of the vocabulary, 240 ms a word, 1.5 s of silence after each. */
export function codedSpeech(
  utterances: readonly string[],
  options: Partial<CodedOptions> = {},
): Int16Array[] {
  const { leadFrames, wordFrames, pauseFrames } = { ...codedDefaults, ...options }
  const frames: Int16Array[] = []
  const add = (word: number, count: number) => {
    for (let i = 0; i < count; i++) frames.push(codedFrame(frames.length, word))
  }
  add(-1, leadFrames)
  for (const utterance of utterances) {
    for (const word of utterance.split(' ')) {
      const index = vocabulary.indexOf(word)
      if (index < 0) throw new RangeError(`${word} is not in the vocabulary`)
      add(index, wordFrames)
    }
    add(-1, pauseFrames)
  }
  return frames
}
