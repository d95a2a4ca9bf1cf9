// What the reader looks at in a turn: its words, pairs of words, words with one between them, and pieces of three to
// five letters, each once alone and once together with the open question. Each is hashed to the number of a weight.

import { flat } from '../words.ts'

/** Numbers of weights, and how much each counts. A number may come twice. */
export type Features = { readonly numbers: readonly number[]; readonly values: readonly number[] }

/** Pieces of letters are many and say less than words. */
const pieceValue = 0.5
/** The question and the turn's length: what is likely before a word is read. */
const questionValue = 0.5
const lengthValue = 0.2

/** One more character or feature in a hash (FNV-1a). */
const mixed = (hash: number, value: number): number => Math.imul(hash ^ value, 16_777_619)

function hashOf(text: string, seed: number): number {
  let hash = mixed(-2_128_831_035, seed)
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i))
  return hash
}

/** Spreads a hash over all its bits: the lowest ones choose the weight. */
function spread(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 15), 739_982_445)
  return (half ^ (half >>> 12)) >>> 0
}

/** Keeps the kinds of features apart. */
const kind = { word: 1, pair: 2, skip: 3, piece: 4, question: 5, length: 6 }

/**
 * The features of a turn.
 *
 * @param text as recognised
 * @param question what was asked: its name, and the topic where the answer depends on it
 * @param bits the numbers are below 2 to the power of that
 */
export function featuresOf(text: string, question: string, bits: number): Features {
  const mask = (1 << bits) - 1
  const numbers: number[] = []
  const values: number[] = []
  const asked = hashOf(question, 0)
  const add = (hash: number, value: number): void => {
    numbers.push(spread(hash) & mask, spread(mixed(hash, asked)) & mask)
    values.push(value, value)
  }
  const said = flat(text)
    .replaceAll("'", "' ")
    .split(/[ -]+/)
    .filter((word) => word !== '')
  const framed = ['^', ...said, '$']
  for (const word of said) add(hashOf(word, kind.word), 1)
  for (let i = 1; i < framed.length; i++) {
    add(hashOf(framed[i], hashOf(framed[i - 1], kind.pair)), 1)
    if (i > 1) add(hashOf(framed[i], hashOf(framed[i - 2], kind.skip)), 1)
  }
  const line = ` ${said.join(' ')} `
  for (let from = 0; from < line.length; from++) {
    let hash = mixed(0, kind.piece)
    for (let length = 1; length <= 5 && from + length <= line.length; length++) {
      hash = mixed(hash, line.charCodeAt(from + length - 1))
      if (length >= 3) add(mixed(hash, length), pieceValue)
    }
  }
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1
  const scaled = values.map((value) => value / norm)
  const length = Math.min(8, said.length >> 1)
  for (const [hash, value] of [
    [hashOf(question, kind.question), questionValue],
    [hashOf(question, mixed(kind.length, length)), lengthValue],
  ]) {
    numbers.push(spread(hash) & mask)
    scaled.push(value)
  }
  return { numbers, values: scaled }
}
