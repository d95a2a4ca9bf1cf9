import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { silentLog } from '../../../src/base/log.ts'
import type { HistoryEntry } from '../../../src/call/history.ts'
import { Thinker } from '../../../src/call/reply/thinker.ts'
import type { Texts } from '../../../src/desk/texts.ts'
import { parseTemplates } from '../../../src/dialogue/model/prompt.ts'
import { type Step, scriptedLlm } from '../../providers/scripted.ts'
import { frenchTexts } from '../../support/lab/call-lab.ts'
import { FakeClock, settle } from '../../support/lab/fake-clock.ts'
import { desk, texts as shippedTexts } from '../../support/shipped-desk.ts'

setDefaultTimeout(60_000)

const templates = parseTemplates(
  await Bun.file(new URL('../../../assets/prompts/fr.md', import.meta.url)).text(),
)
const nothing = '{"answer":"unknown","topic":"unknown","intent":"none","name":null,"symptom":null}\n'

class Lab {
  readonly clock = new FakeClock()
  readonly told: string[] = []
  readonly asked: ReturnType<typeof scriptedLlm>['asked']
  readonly thinker: Thinker
  readonly history: HistoryEntry[] = []
  turn = 0
  answerTechnicians: (answer: { available: boolean }) => void = () => {}

  constructor(
    replies: readonly (readonly Step<string | { text: string }>[])[],
    hasModel = true,
    /** Other languages, with the head of their instructions. */
    others: readonly { texts: Texts; system: string }[] = [],
  ) {
    const { llm, asked } = scriptedLlm(this.clock, 'lab', replies)
    this.asked = asked
    this.thinker = new Thinker(
      {
        clock: this.clock,
        log: silentLog,
        desk,
        texts: frenchTexts,
        hearsWords: true,
        technicians: () => new Promise((resolve) => (this.answerTechnicians = resolve)),
        resumed: undefined,
        policy: 'off',
        model: hasModel ? { llm, templates } : undefined,
        offered: [
          { texts: frenchTexts, model: hasModel ? { llm, templates } : undefined },
          ...others.map(({ texts, system }) => ({
            texts,
            model: { llm, templates: { ...templates, system } },
          })),
        ],
      },
      {
        lines: (turn, lines) => {
          for (const line of lines)
            this.told.push(line.name === 'model' ? `${turn} model ${line.text}` : `${turn} ${line.name}`)
        },
        done: (turn, expected, end) => this.told.push(`${turn} done ${end ?? expected.kind}`),
        recording: (choice) => this.told.push(choice),
        language: (code) => this.told.push(`in ${code}`),
        transition: (from, to) => this.told.push(`${from} → ${to}`),
        lookupDone: () => this.told.push('lookupDone'),
        notUnderstood: () => {},
        token: (turn) => this.told.push(`${turn} token`),
        held: (turn, reason) => this.told.push(`${turn} held ${reason}`),
        history: () => this.history,
      },
    )
    this.thinker.respond(++this.turn, { kind: 'start' })
    this.take()
  }

  async says(text: string, ms = 0): Promise<this> {
    this.history.push({ who: 'caller', text, atMs: 0, cut: false })
    this.thinker.respond(++this.turn, { kind: 'words', text, endOfSpeechMs: 0 })
    return this.passes(ms)
  }

  async passes(ms: number): Promise<this> {
    for (let i = 0; i < 5; i++) await settle()
    await this.clock.run(ms)
    for (let i = 0; i < 5; i++) await settle()
    return this
  }

  take(): string[] {
    return this.told.splice(0)
  }
}

describe('the rules decide and the model words it', () => {
  test('its sentences are the reply as they arrive, and the script adds nothing', async () => {
    const lab = new Lab([[nothing, 'Je comprends. ', 'Quel est votre ', { waitMs: 500 }, 'nom ?']])
    await lab.says('ma box ne marche plus')
    expect(lab.take()).toEqual(['2 token', 'welcome → identification', '2 model Je comprends.'])
    await lab.passes(500)
    expect(lab.take()).toEqual(['2 model Quel est votre nom ?', '2 done open'])
    expect(lab.thinker.dialogue.known.topic).toBe('internet')
  })

  test('what it understood fills in what the rules left open; then the script speaks', async () => {
    const understood = '{"answer":"unknown","topic":"internet","intent":"none","name":null,"symptom":null}\n'
    const lab = new Lab([[understood, 'Pardon, pouvez-vous répéter ?']])
    await lab.says('c’est tout bizarre depuis la visite de mon beau-frère')
    expect(lab.take().slice(1)).toEqual([
      'welcome → identification',
      expect.stringMatching(/^2 /),
      '2 ask_name',
      '2 done open',
    ])
    expect(lab.thinker.dialogue.known.topic).toBe('internet')
    expect(lab.asked[0].request.signal.aborted).toBe(true)
  })

  test('in the language that the caller has chosen, with the instructions of that language', async () => {
    const english = { texts: shippedTexts.en, system: 'Speak English.' }
    const lab = new Lab([[nothing, 'I see. ', 'What is your name?']], true, [english])
    await lab.says('English please')
    expect(lab.take()).toEqual(['in en', '2 language_changed', '2 ask_help', '2 done open'])
    expect(lab.asked).toHaveLength(0)
    await lab.says('my internet is not working')
    expect(lab.asked[0].request.messages[0].content).toStartWith('Speak English.')
    expect(lab.thinker.dialogue.summary).toBe('Internet, plus de connexion. Rien essayé.')
    expect(lab.thinker.dialogue.waitLine().text).toBe([english.texts.lines.wait].flat()[0]!)
  })

  const withoutHead: [what: string, tokens: string[]][] = [
    ['no first line', ['Je comprends. Quel est votre nom ?']],
    ['a malformed one', ['{"answer":maybe}\n', 'Je comprends. Quel est votre nom ?']],
    ['one of another shape', ['{"answer":7,"goto":"transfer"}\n', 'Je comprends. Quel est votre nom ?']],
  ]
  for (const [what, tokens] of withoutHead)
    test(`${what}: the rules stand alone, and its words are spoken`, async () => {
      const lab = new Lab([tokens])
      await lab.says('ma box ne marche plus')
      expect(lab.take().slice(2)).toEqual([
        '2 model Je comprends.',
        '2 model Quel est votre nom ?',
        '2 done open',
      ])
    })

  test('it is not asked when the words must be exact: the transfer, a number, the end', async () => {
    for (const text of ['je veux parler à un conseiller', 'au revoir']) {
      const lab = new Lab([[nothing, 'Bof.']])
      await lab.says(text)
      expect(lab.asked).toHaveLength(0)
      expect(lab.take().join()).not.toContain('model')
    }
  })

  test('"again" says what was heard, in the same words, and the model is not asked', async () => {
    const lab = new Lab([
      [nothing, 'Je comprends. Et quel est votre nom ?'],
      [nothing, 'Autre chose.'],
    ])
    await lab.says('ma box ne marche plus')
    lab.take()
    await lab.says('pardon vous pouvez répéter')
    expect(lab.asked).toHaveLength(1)
    expect(lab.take()).toEqual(['3 model Je comprends.', '3 model Et quel est votre nom ?', '3 done open'])
  })

  test('without a model the script speaks at once', async () => {
    const lab = new Lab([], false)
    lab.thinker.respond(2, { kind: 'words', text: 'ma box ne marche plus', endOfSpeechMs: 0 })
    expect(lab.take().at(-1)).toBe('2 done open')
  })

  test('it gets the conversation as heard: a cut line ends where it was cut', async () => {
    const lab = new Lab([[nothing, 'Bien.']])
    lab.history.push({ who: 'agent', text: 'Bonjour, vous êtes', atMs: 0, cut: true })
    await lab.says('ma box ne marche plus')
    const { messages } = lab.asked[0].request
    expect(messages.filter(({ role }) => role === 'assistant')).toEqual([
      { role: 'assistant', content: 'Bonjour, vous êtes […]' },
    ])
    expect(messages.filter(({ content }) => content.includes('ma box ne marche plus'))).toHaveLength(1)
  })
})

describe('an ending', () => {
  const farewell = 'bon allez on raccroche au revoir'
  const object = '{"answer":"no","intent":"stuck"}\n'
  const ended = ['welcome → goodbye', '2 goodbye', '2 done goodbye']
  const withoutToken = (lab: Lab) => lab.take().filter((entry) => !entry.endsWith('token'))

  test('becomes a question that makes sure when the model objects, and nothing of its words is spoken', async () => {
    const lab = new Lab([[object, 'Au revoir !', 'hang']])
    await lab.says(farewell)
    expect(withoutToken(lab)).toEqual(['2 ask_open', '2 done open'])
    expect(lab.asked[0].request.signal.aborted).toBe(true)
  })

  test('does not show the model the goodbye that it may object to', async () => {
    const lab = new Lab([['hang']])
    await lab.says(farewell)
    const [{ content }] = lab.asked[0].request.messages
    expect(content).not.toContain('au revoir')
  })

  test('that was asked about once does not ask the model again', async () => {
    const lab = new Lab([[object]])
    await lab.says(farewell)
    await lab.says(farewell)
    expect(lab.asked).toHaveLength(1)
    expect(lab.take().at(-1)).toBe('3 done goodbye')
  })

  test('waits for the model, and not longer than 600 ms', async () => {
    const lab = new Lab([[{ waitMs: 700 }, object]])
    await lab.says(farewell, 590)
    expect(lab.take()).toEqual([])
    await lab.passes(10)
    expect(lab.take()).toEqual(ended)
    expect(lab.asked[0].request.signal.aborted).toBe(true)
    await lab.passes(1_000)
    expect(lab.take()).toEqual([])
  })

  const noObjection: [what: string, steps: Step<string>[]][] = [
    ['agrees', ['{"answer":"unknown","intent":"goodbye"}\n', 'Restez !']],
    ['fails', [{ fail: 'timeout' }]],
    ['refuses', [{ fail: 'refused' }]],
    ['breaks off in its object', ['{"answer":"no",', { fail: 'cut' }]],
    ['writes broken JSON', ['{"answer":no,"intent":stuck}\n', 'Non.']],
    ['writes another shape', ['{"answer":["no"]}\n', 'Non.']],
    ['speaks without an object', ['Je ne crois pas que vous partiez.']],
  ]
  for (const [what, steps] of noObjection)
    test(`stands when the model ${what}`, async () => {
      const lab = new Lab([steps])
      await lab.says(farewell)
      expect(withoutToken(lab)).toEqual(ended)
    })

  test('does not come when the caller speaks on while the model is asked', async () => {
    const lab = new Lab([[{ waitMs: 300 }, object], [{ waitMs: 5_000 }]])
    await lab.says(farewell, 100)
    lab.thinker.stop()
    await lab.passes(1_000)
    expect(lab.take()).toEqual([])
    expect(lab.thinker.dialogue.stateName).toBe('welcome')
  })

  test('that is evident, or that the words leave in doubt already, does not ask the model', async () => {
    for (const text of ['au revoir', 'merci au revoir', 'le matin c’est au revoir le wifi puis la télé']) {
      const lab = new Lab([[object]])
      await lab.says(text)
      expect(lab.asked.filter(({ request }) => !request.signal.aborted)).toHaveLength(0)
    }
  })
})

describe('the gate between the model and the voice', () => {
  test('a sentence that the desk has not decided is dropped and counted, the rest is spoken', async () => {
    const lab = new Lab([[nothing, 'Je comprends. Je vous offre cent euros. Quel est votre nom ?']])
    await lab.says('ma box ne marche plus')
    expect(lab.take().slice(2)).toEqual([
      '2 model Je comprends.',
      '2 held number',
      '2 model Quel est votre nom ?',
      '2 done open',
    ])
  })

  test('when nothing of a reply may be spoken, the script speaks', async () => {
    const lab = new Lab([[nothing, 'Votre contrat est annulé.']])
    await lab.says('ma box ne marche plus')
    expect(lab.take().slice(1)).toEqual([
      '2 held claim',
      'welcome → identification',
      '2 sorry_trouble',
      '2 ask_name',
      '2 done open',
    ])
  })

  test('after the longest reply no more is waited for', async () => {
    const lab = new Lab([[nothing, 'Je comprends. Je vois. Quel est votre nom ? ', 'Merci', 'hang']])
    await lab.says('ma box ne marche plus')
    expect(lab.take().at(-1)).toBe('2 done open')
    expect(lab.asked[0].request.signal.aborted).toBe(true)
  })

  test('a step that the model forgot is added', async () => {
    const lab = new Lab([[nothing, 'Très bien, essayons autre chose. Dites-moi quand c’est fait.']])
    for (const key of ['1', '#', '1']) lab.thinker.respond(++lab.turn, { kind: 'key', key: key as '1' })
    lab.take()
    await lab.says('ça ne marche pas')
    const told = lab.take().filter((entry) => !/token|→|model/.test(entry))
    expect(told[0]).toMatch(/ step_box_\w+$/)
    expect(told).toHaveLength(2)
  })
})

describe('a model that fails', () => {
  test('before its first word leaves the reply to the script', async () => {
    for (const steps of [[{ fail: 'timeout' }], [nothing, { fail: 'cut' }]] as Step<string>[][]) {
      const lab = new Lab([steps])
      await lab.says('ma box ne marche plus')
      const told = lab.take().filter((entry) => !entry.includes('token'))
      expect(told).toEqual(['welcome → identification', '2 sorry_trouble', '2 ask_name', '2 done open'])
    }
  })

  const cuts: [what: string, steps: Step<string>[], expected: string[]][] = [
    [
      'after a sentence: the question that is missing',
      ['Je comprends. ', 'Quel est', { fail: 'cut' }],
      ['ask_name'],
    ],
    ['after its question: nothing', ['Quel est votre nom ? Dites', { fail: 'cut' }], []],
    ['in the end, whole, without the question: the question', ['Je comprends.'], ['ask_name']],
  ]
  for (const [what, steps, expected] of cuts)
    test(`${what} is said, and nothing twice`, async () => {
      const lab = new Lab([[nothing, ...steps]])
      await lab.says('ma box ne marche plus')
      const told = lab.take().filter((entry) => /^2 (?!token|model|done)/.test(entry))
      expect(told).toEqual(expected.map((name) => `2 ${name}`))
    })

  test('before the instruction that it was to give is followed by the script’s instruction', async () => {
    const steps: Step<string>[] = ['D’accord, essayons quelque chose. ', 'Débran', { fail: 'cut' }]
    const lab = new Lab([[nothing, ...steps]])
    for (const key of ['1', '#', '1']) lab.thinker.respond(++lab.turn, { kind: 'key', key: key as '1' })
    expect(lab.thinker.dialogue.stateName).toBe('solution')
    lab.take()
    await lab.says('ça ne marche pas')
    const told = lab.take().filter((entry) => !/token|→/.test(entry))
    expect(told[0]).toEndWith('model D’accord, essayons quelque chose.')
    expect(told[1]).toMatch(/step_box|step_keys|step_say/)
  })
})

describe('a turn that is probably over', () => {
  const reply = [nothing, 'Je comprends. Quel est votre nom ?']

  test('is sent to the model at once, and the same words use that answer', async () => {
    const lab = new Lab([reply])
    lab.thinker.prepare('ma box ne marche plus')
    await lab.passes(300)
    expect(lab.take()).toEqual([])
    await lab.says('ma box ne marche plus')
    expect(lab.asked).toHaveLength(1)
    expect(lab.take()).toContain('2 model Je comprends.')
    expect(lab.asked[0].request.messages.at(-1)?.content).toContain('ma box ne marche plus')
  })

  test('but continues is cancelled, and nothing was decided', async () => {
    const lab = new Lab([reply])
    lab.thinker.prepare('ma box')
    lab.thinker.unprepare()
    await lab.passes(300)
    expect(lab.asked[0].request.signal.aborted).toBe(true)
    expect(lab.take()).toEqual([])
    expect(lab.thinker.dialogue.stateName).toBe('welcome')
  })

  test('but ends with other words or a key cancels that request', async () => {
    const words = new Lab([['hang'], reply])
    words.thinker.prepare('ma box')
    await words.says('ma box ne marche plus')
    expect(words.asked).toHaveLength(2)
    expect(words.asked[0].request.signal.aborted).toBe(true)
    expect(words.take()).toContain('2 model Je comprends.')
    const key = new Lab([['hang']])
    key.thinker.prepare('ma box')
    key.thinker.respond(2, { kind: 'key', key: '1' })
    expect(key.asked[0].request.signal.aborted).toBe(true)
  })
})

describe('a turn that was stopped', () => {
  test('before a word was spoken decided nothing, and says nothing later', async () => {
    const lab = new Lab([[nothing, { waitMs: 400 }, 'Je comprends.']])
    await lab.says('ma box ne marche plus', 100)
    lab.thinker.stop()
    lab.take()
    await lab.passes(1_000)
    expect(lab.take()).toEqual([])
    expect(lab.thinker.dialogue.stateName).toBe('welcome')
    expect(lab.asked[0].request.signal.aborted).toBe(true)
  })

  test('while the model spoke is completed by the script when it is spoken again', async () => {
    const lab = new Lab([[nothing, 'Je comprends. ', 'Quel', 'hang']])
    await lab.says('ma box ne marche plus', 100)
    lab.thinker.stop()
    lab.take()
    lab.thinker.complete(3)
    expect(lab.take()).toEqual(['3 ask_name', '3 done open'])
  })
})

describe('the search for a technician', () => {
  const search = (lab: Lab) => {
    lab.thinker.respond(++lab.turn, { kind: 'key', key: '1' })
    for (let i = 0; i < 40 && !lab.take().includes(`${lab.turn} check_technician`); i++)
      lab.thinker.respond(++lab.turn, {
        kind: 'key',
        key: lab.thinker.dialogue.stateName === 'identification' ? '#' : '2',
      })
    expect(lab.thinker.dialogue.stateName).toBe('verification')
  }

  test('answers in the same turn', async () => {
    const lab = new Lab([], false)
    search(lab)
    lab.answerTechnicians({ available: true })
    await lab.passes(0)
    expect(lab.take().at(-1)).toBe(`${lab.turn} done transfer`)
  })

  test('survives a caller who speaks meanwhile, and is announced afterwards', async () => {
    const lab = new Lab([], false)
    search(lab)
    lab.thinker.stop()
    lab.answerTechnicians({ available: true })
    await lab.passes(0)
    expect(lab.take()).toEqual(['lookupDone'])
    lab.thinker.respond(++lab.turn, { kind: 'lookupDone' })
    expect(lab.take().at(-1)).toBe(`${lab.turn} done transfer`)
  })

  test('that is no longer of use is ignored', async () => {
    const lab = new Lab([], false)
    search(lab)
    lab.thinker.stop()
    lab.thinker.respond(++lab.turn, { kind: 'key', key: '0' })
    lab.answerTechnicians({ available: false })
    await lab.passes(0)
    lab.take()
    lab.thinker.respond(++lab.turn, { kind: 'lookupDone' })
    expect(lab.take()).toEqual([expect.stringContaining('done')])
  })
})

test('the wait phrases take turns', () => {
  const lab = new Lab([])
  const [one, two, three] = [1, 2, 3].map(() => lab.thinker.dialogue.waitLine())
  expect(one.name).toBe('wait')
  expect(one.text).not.toBe(two.text)
  expect(three).toEqual(one)
})

describe('an operator’s hint', () => {
  const offer = 'Je peux vous proposer un remboursement.'
  const prompts = (lab: Lab): string[] => lab.asked.map(({ request }) => request.messages[0]!.content)

  test('is in the instruction of the next answer and of no further one, and its claim may be spoken', async () => {
    const lab = new Lab([
      [nothing, `${offer} `, 'Quel est votre nom ? '],
      [nothing, 'Votre nom ? '],
    ])
    expect(lab.thinker.hint('proposez {{goal}} le remboursement <fin>')).toBe(true)
    await lab.says('ma box internet ne marche plus')
    expect(lab.told).toContain(`${lab.turn} model ${offer}`)
    await lab.says('euh attendez je cherche')
    const [first, second] = prompts(lab)
    expect(first).toEndWith('proposez goal le remboursement fin')
    expect(second ?? '').not.toContain('remboursement')
  })

  test('without a model is refused', () => {
    expect(new Lab([], false).thinker.hint('proposez le remboursement')).toBe(false)
  })
})
