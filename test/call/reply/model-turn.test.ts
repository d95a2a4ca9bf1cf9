import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ModelTurn } from '../../../src/call/reply/model-turn.ts'
import type { Llm } from '../../../src/providers/llm.ts'
import { type Step, scriptedLlm } from '../../providers/scripted.ts'
import { FakeClock } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

const json = '{"answer":"yes","topic":"internet","intent":"none","name":null,"symptom":null}'

async function pieces(steps: readonly Step<string | { text: string }>[]): Promise<string[]> {
  const clock = new FakeClock()
  const { llm } = scriptedLlm(clock, 'lab', [steps])
  const turn = new ModelTurn(llm, [], () => undefined)
  const found: string[] = []
  for await (const piece of turn.pieces())
    found.push(piece.kind === 'understood' ? `understood ${piece.line}` : piece.text)
  return found
}

const letters = (text: string): string[] => [...text]
const heads: [what: string, tokens: string[], expected: string[]][] = [
  ['a first line and words in one token', [`${json}\nTrès bien. Merci.`], [json, 'Très bien.', 'Merci.']],
  ['a first line split over many tokens', letters(`${json}\nTrès bien.`), [json, 'Très bien.']],
  ['white space before it', ['\n  ', `${json}\n`, 'Très bien.'], [json, 'Très bien.']],
  ['Windows line ends', [`${json}\r\n`, 'Très bien.'], [json, 'Très bien.']],
  ['no first line', ['Très bien. ', 'Merci.'], ['', 'Très bien.', 'Merci.']],
  ['words on the line of the object', [`${json} Très bien.`], [json, 'Très bien.']],
  ['the same, token by token', letters(`${json} Très bien.`), [json, 'Très bien.']],
  ['nothing but the first line', [json], [json]],
  ['an object over several lines', ['{"answer":\n"yes"}\nMerci.'], ['{"answer":\n"yes"}', 'Merci.']],
  ['an object in a fence', letters(`\`\`\`json\n${json}\n\`\`\`\nMerci.`), [json, 'Merci.']],
  [
    'braces and quotes in a name',
    [String.raw`{"name":"a}\"{"}`, ' Bien.'],
    [String.raw`{"name":"a}\"{"}`, 'Bien.'],
  ],
  ['a first line that never ends', ['{"answer":"yes"'], ['']],
  ['1 000 characters that are no line', [`{${'x'.repeat(1_001)}`, ' Merci.'], ['', 'Merci.']],
  ['blanks without end', Array.from({ length: 30 }, () => ' '.repeat(100)), ['']],
  ['an empty answer', [], ['']],
]
describe('what was understood comes first, then the sentences', () => {
  for (const [what, tokens, [line, ...sentences]] of heads)
    test(what, async () => expect(await pieces(tokens)).toEqual([`understood ${line}`, ...sentences]))
})

for (const [what, piece] of [
  ['words', 'Je parle et je parle encore. '],
  ['letters', 'blabla'],
  ['blanks', ' '.repeat(50)],
  ['braces', '{'],
])
  test(`an endless answer of ${what} ends when the reply has its longest length`, async () => {
    let pulled = 0
    const llm: Llm = {
      name: 'endless',
      model: 'endless',
      reply: async function* () {
        for (;;) {
          pulled++
          yield piece
        }
      },
      close() {},
    }
    let chars = 0
    for await (const each of new ModelTurn(llm, [], () => undefined).pieces())
      if (each.kind === 'sentence') chars += each.text.length
    expect(chars).toBeLessThanOrEqual(4_000)
    expect(pulled * piece.length).toBeLessThan(8_000)
  })

test('a sentence is there before the answer is over', async () => {
  const clock = new FakeClock()
  const { llm } = scriptedLlm(clock, 'lab', [[`${json}\nTrès bien. `, 'Mer', 'hang']])
  const turn = new ModelTurn(llm, [], () => undefined)
  const reading = turn.pieces()
  expect(await reading.next()).toMatchObject({ value: { kind: 'understood' } })
  expect(await reading.next()).toMatchObject({ value: { kind: 'sentence', text: 'Très bien.' } })
  turn.cancel()
})

test('the request starts before it is read, and onToken is called when the first token is read', async () => {
  const clock = new FakeClock()
  const { llm, asked } = scriptedLlm(clock, 'lab', [['Oui. ', 'Bien.']])
  let tokens = 0
  const turn = new ModelTurn(llm, [{ role: 'user', content: 'a' }], () => tokens++)
  expect(asked).toHaveLength(1)
  expect(asked[0].request.messages).toEqual([{ role: 'user', content: 'a' }])
  expect(tokens).toBe(0)
  for await (const _ of turn.pieces());
  expect(tokens).toBe(1)
})

test('a turn cancelled before or while it is read ends without an error and aborts its request', async () => {
  const clock = new FakeClock()
  const { llm, asked } = scriptedLlm(clock, 'lab', [['hang'], [`${json}\nUn. Deux. `, 'hang']])
  const unread = new ModelTurn(llm, [], () => undefined)
  unread.cancel()
  for await (const piece of unread.pieces()) throw new Error(`read ${piece.kind}`)
  const read = new ModelTurn(llm, [], () => undefined)
  const found: string[] = []
  for await (const piece of read.pieces()) {
    found.push(piece.kind)
    read.cancel()
  }
  expect(found).toEqual(['understood'])
  expect(asked.map(({ request }) => request.signal.aborted)).toEqual([true, true])
})

test('a failure before the first read is thrown to the reader and is no unhandled rejection', async () => {
  const clock = new FakeClock()
  const { llm } = scriptedLlm(clock, 'lab', [[{ fail: 'unavailable' }]])
  const turn = new ModelTurn(llm, [], () => undefined)
  await clock.run(100)
  expect(turn.pieces().next()).rejects.toMatchObject({ code: 'unavailable' })
})
