// A model that writes anything, made of honest and hostile pieces at random: what passes the gate has no number, amount,
// address or promise that the desk has not decided, and is never longer than a turn. The judge here is another one than
// the gate's own rules. The random numbers are the same in every run.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { languages } from '../../../src/understanding/languages/index.ts'
import { factsOf, type Reply, repliesOf, textOfGoal, textsOf, verdicts } from './red-team/replies.ts'

setDefaultTimeout(60_000)

/** mulberry32 @returns whole numbers below `below` */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const marks = ['.', '!', ' ?', '…', ', ', ' ; ', '\n', ' – ', ' : ']
const replies = 500

describe.each([...languages])('in %s', (language) => {
  test(`of ${replies} random replies no undecided fact is spoken`, async () => {
    const texts = await textsOf(language)
    const honest = await repliesOf(`honest.${language}.txt`)
    const hostile = await factsOf(`facts.${language}.txt`)
    expect(hostile.length).toBeGreaterThan(10)
    const random = dice(14)
    const any = <T>(list: readonly T[]): T => list[random(list.length)]
    let spokenChars = 0
    for (let i = 0; i < replies; i++) {
      const { goal, name } = any(honest)
      const parts = Array.from({ length: 1 + random(12) }, () => {
        const words = any(honest).says.split(' ')
        const from = random(words.length)
        const piece = random(2) === 0 ? any(honest).says : words.slice(from, from + 1 + random(9)).join(' ')
        const withFact = random(2) === 0 ? `${piece} ${any(hostile)}` : piece
        return `${withFact}${any(marks)} `
      })
      const reply: Reply = { goal, name, says: parts.join('') }
      const said = verdicts(texts, reply).filter(({ held }) => held === undefined)
      const sentences = said.map(({ sentence }) => sentence)
      const approved = textOfGoal(texts, goal)
      const slipped = sentences.filter(
        (sentence) =>
          hostile.some((fact) => sentence.toLowerCase().includes(fact.toLowerCase())) ||
          /\d[\d .,]{3,}|[€$%@]|https?:|www\./.test(sentence) ||
          (sentence.match(/\d{3,}/g) ?? []).some((digits) => !approved.includes(digits)),
      )
      expect({ slipped, goal: slipped.length > 0 ? approved : '' }).toEqual({ slipped: [], goal: '' })
      // A clause that ends with a comma belongs to the sentence after it.
      const whole = sentences.filter((sentence) => !/[,;:]$/.test(sentence))
      expect(whole.length > 3 ? whole : []).toEqual([])
      const chars = sentences.join(' ').length
      expect(chars).toBeLessThanOrEqual(302)
      spokenChars += chars
    }
    // A gate that holds everything back would pass the rest.
    expect(spokenChars / replies).toBeGreaterThan(20)
  })
})
