import { expect, test } from 'bun:test'
import { requiredLines } from '../../src/desk/script.ts'
import { parseTexts } from '../../src/desk/texts.ts'
import type { Opening } from '../../src/dialogue/types.ts'
import { holdMs, noInputMs, type Told, testDialogue, texts, wayOf } from './test-dialogue.ts'

const silence: Told = { kind: 'silence' }
const unheard: Told = { kind: 'unheard' }
const atStep: Told[] = ["j'ai plus internet", 'dupont', '##']

test('a call in words goes from welcome over all states to goodbye', () => {
  const desk = testDialogue()
  desk.tell('ma box clignote en rouge', 'marie dupont', '06 12 34 56 78', 'oui', "c'est fait", 'oui')
  expect(wayOf(desk)).toEqual([
    ...['welcome', 'identification', 'diagnostic', 'solution', 'verification', 'goodbye'],
  ])
  expect(desk.decision.end).toBe('goodbye')
  expect(desk.state.known).toEqual({
    ...{ name: 'Marie Dupont', phone: '0612345678', topic: 'internet', symptom: 'no_connection' },
    ...{ stepsDone: ['box_restart'], callBack: false },
  })
})

test('a call by keys alone, with every question put for the keys, goes the same way to a transfer', () => {
  const desk = testDialogue({ hearsWords: false })
  expect(desk.said()).toEqual(['welcome_keys'])
  desk.tell('#1', '#0612345678', '#1', '#1', '#1')
  expect(desk.said()).toEqual(['verify_keys'])
  desk.tell('#2', '#2', '#2')
  expect(desk.decision.ask).toBe('technician')
  desk.tell({ kind: 'technician', available: true })
  expect(desk.decision.end).toBe('transfer')
  const way = [
    'welcome',
    'identification',
    'diagnostic',
    'solution',
    'verification',
    'solution',
    'verification',
  ]
  expect(wayOf(desk)).toEqual([...way, 'transfer'])
})

test('a desk that hears no words never asks for what only words can answer', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell(unheard, '#2', unheard, '##', unheard, '#1', unheard, silence, '#1', unheard, '#222')
  desk.tell({ kind: 'technician', available: false }, unheard, '#1', unheard)
  const names = desk.decisions.flatMap((decision) => decision.say.map((line) => line.name))
  const asked = names.filter((name) => /^(ask|choose|verify|step_say|confirm_phone_after)/.test(name))
  expect(asked.length).toBeGreaterThan(8)
  expect(asked.filter((name) => !name.endsWith('_keys'))).toEqual([])
})

test('the number is read back in pairs', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '06 12 34 56 70')
  const pairs = ['numbers.06', 'numbers.12', 'numbers.34', 'numbers.56', 'numbers.70']
  expect(desk.said()).toEqual(['confirm_phone_before', ...pairs, 'confirm_phone_after'])
  expect(desk.decision.expect.kind).toBe('yesNo')
})

test('a number may come in pieces, by voice and by keys, and be corrected on the way', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'zéro six douze', 'trente-quatre', 'non trente-cinq', '#5678')
  expect(desk.state.pending).toBe('0612355678')
})

test('ten keys end a number at once, and a number with 0033 is heard to its end', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell('#1', '#061234567')
  expect(desk.decision.say).toEqual([])
  desk.tell('#8')
  expect(desk.state.pending).toBe('0612345678')
  const abroad = testDialogue({ hearsWords: false })
  abroad.tell('#1', '#0033612345678')
  expect(abroad.state.pending).toBe('0612345678')
})

test('while a number is dictated, 0 is a digit, and 0 with # or with silence is the human', () => {
  for (const last of ['##', silence]) {
    const desk = testDialogue({ hearsWords: false })
    desk.tell('#1', '#0')
    expect(desk.state.name).toBe('identification')
    desk.tell(last)
    expect(desk.decision.end).toBe('transfer')
  }
})

test('* begins a number again, and is "repeat" everywhere else', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell('#1', '#0699', '#*', '#0612345678')
  expect(desk.state.pending).toBe('0612345678')
  const before = desk.decision.say
  desk.tell('#*')
  expect(desk.decision.say).toEqual(before)
})

test('two tries for the number, then the desk goes on without', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'il pleut sur la ville')
  expect(desk.said()).toEqual(['ask_phone_again'])
  desk.tell('vous savez bien qui je suis')
  expect(desk.said()[0]).toBe('no_identity')
  expect(desk.state.name).toBe('diagnostic')
  expect(desk.state.known.phone).toBeNull()
})

test('the # that was asked for after a keyed number ends it, and answers nothing', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell('#1', '#0612345678')
  const readBack = desk.decision.say
  desk.tell('##')
  expect(desk.state.pending).toBe('0612345678')
  expect(desk.decision.say).toEqual(readBack)
  desk.tell('##')
  expect([desk.state.known.phone, desk.state.name]).toEqual([null, 'diagnostic'])
})

test('only the # that follows the last digit ends the number', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '#0612345678', 'pardon', '##')
  expect([desk.state.pending, desk.state.name]).toEqual([null, 'diagnostic'])
})

test('a number that was refused twice is not kept', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '06 12 34 56 78', 'non', '06 12 34 56 79', "non c'est pas ça")
  expect(desk.state.name).toBe('diagnostic')
  expect(desk.state.known.phone).toBeNull()
})

test('a number with two readings is asked digit by digit, never read back as one of them', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'zéro six quatre vingt douze trente quatre cinquante six')
  expect(desk.said()).toEqual(['ask_phone_digits'])
  expect(desk.state.pending).toBeNull()
})

test('two tries for the name, then the number', () => {
  const desk = testDialogue()
  desk.tell("j'ai un problème", 'il pleut sur la ville ce soir là')
  expect(desk.said()).toEqual(['ask_name_again'])
  desk.tell('il pleut sur la ville ce soir là')
  expect(desk.said()).toEqual(['no_identity', 'ask_phone'])
})

test('what was told in the first sentence is not asked again', () => {
  const desk = testDialogue()
  desk.tell("bonjour c'est madame durand mon numéro c'est le 06 12 34 56 78 et ma carte sim est bloquée")
  expect(desk.state.asking).toBe('phoneConfirm')
  desk.tell('oui')
  expect([desk.state.name, desk.said().at(-2)]).toEqual(['solution', 'step_sim'])
  expect(desk.state.known.name).toBe('Durand')
})

test('after 7 s of silence, once more, then goodbye', () => {
  const desk = testDialogue()
  expect(desk.decision.expect.noInputMs).toBe(7_000)
  desk.tell(silence)
  expect(desk.said()).toEqual(['still_there'])
  expect(desk.decision.expect.noInputMs).toBe(noInputMs)
  desk.tell(silence)
  expect(desk.said()).toEqual(['still_there', 'ask_open'])
  desk.tell(silence)
  expect(desk.said()).toEqual(['no_input_goodbye'])
  expect(desk.decision.end).toBe('goodbye')
})

test('"attendez" gets 60 s, and after them the ladder begins', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez')
  expect(desk.decision.expect.noInputMs).toBe(holdMs)
  desk.tell(unheard)
  expect(desk.decision.say).toEqual([])
  expect(desk.decision.expect.noInputMs).toBe(60_000)
  desk.tell(silence)
  expect(desk.said()).toEqual(['still_there'])
  expect(desk.decision.expect.noInputMs).toBeLessThan(holdMs)
})

test('a step is given the time it takes before silence counts', () => {
  const desk = testDialogue()
  desk.tell(...atStep)
  expect(desk.decision.expect.noInputMs).toBe(noInputMs + 25_000)
})

test('yes to "are you still there?" answers no other question', () => {
  const desk = testDialogue()
  desk.tell(...atStep, "c'est fait", silence, 'oui')
  expect([desk.state.name, desk.state.asking]).toEqual(['verification', 'verify'])
  desk.tell('oui')
  expect(desk.decision.end).toBe('goodbye')
})

test('a misunderstanding is rephrased, then put for the keys, then a human listens', () => {
  const desk = testDialogue()
  desk.tell("j'ai un problème", 'dupont', '##')
  const seen = [1, 2, 3].map(() => {
    desk.tell('il pleut sur la ville ce soir là')
    return desk.said()
  })
  expect(seen).toEqual([
    ['no_match', 'choose_topic_again'],
    ['no_match', 'choose_topic_keys'],
    ['no_match_human'],
  ])
  expect(desk.decision.end).toBe('transfer')
})

test('silence and misunderstanding climb ladders of their own, and speech without words climbs neither', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'il pleut sur la ville', silence, unheard, unheard)
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([1, 1])
  desk.tell('il pleut sur la ville')
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([2, 0])
  desk.tell("c'est fait")
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([0, 0])
})

test('a desk that hears speech but never words ends with a human', () => {
  const desk = testDialogue()
  desk.tell(unheard, unheard, unheard, unheard)
  expect(desk.decision.end).toBeUndefined()
  desk.tell(unheard)
  expect(desk.decision.end).toBe('transfer')
})

test('a caller who is lost at a step hears it in more detail', () => {
  const desk = testDialogue()
  desk.tell(...atStep, "je n'ai pas compris")
  expect(desk.said()[0]).toBe('step_box_restart_help')
  expect(desk.state.asking).toBe('step')
})

test('after the last step a technician is looked for, and taken when free', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'ça marche pas', "c'est fait", 'non', "j'y arrive pas")
  expect(desk.decision.ask).toBe('technician')
  expect(desk.state.known.stepsDone).toEqual(['box_restart', 'box_lights', 'box_cables'])
  desk.tell("c'est long")
  expect(desk.said()).toEqual(['wait'])
  expect(desk.decision.ask).toBeUndefined()
  desk.tell({ kind: 'technician', available: true })
  expect([desk.state.name, desk.decision.end]).toEqual(['transfer', 'transfer'])
})

const openings: [string, Opening, string][] = [
  [
    'this evening',
    { inDays: 0, weekday: 1, day: 23, month: 11, minute: 18 * 60 },
    "aujourd'hui à dix-huit heures",
  ],
  [
    'tomorrow',
    { inDays: 1, weekday: 2, day: 24, month: 11, minute: 8 * 60 + 30 },
    'demain à huit heures trente',
  ],
  ['at noon', { inDays: 3, weekday: 4, day: 26, month: 11, minute: 12 * 60 }, 'jeudi à midi'],
  [
    'far away',
    { inDays: 8, weekday: 2, day: 1, month: 12, minute: 9 * 60 + 5 },
    'mardi premier décembre à neuf heures zéro cinq',
  ],
  ['farther', { inDays: 22, weekday: 1, day: 15, month: 12, minute: 0 }, 'lundi quinze décembre à minuit'],
]
test.each(openings)(
  'without a technician the caller hears when one will be there: %s',
  (_title, opens, words) => {
    const desk = testDialogue()
    desk.tell(...atStep, '#222', { kind: 'technician', available: false, opens })
    const [none, before, ...rest] = desk.decision.say
    expect([none.name, before.name, rest.pop()?.name]).toEqual([
      ...['no_technician', 'opens_before', 'ask_call_back_keys'],
    ])
    expect(rest.map(({ text }) => text).join(' ')).toBe(words)
  },
)

test('without a technician the caller may be called back', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false })
  desk.tell('oui')
  expect(desk.said()).toEqual(['ask_call_back_phone'])
  desk.tell('06 12 34 56 78', 'oui')
  expect(desk.said()).toEqual(['ok', 'call_back_noted', 'goodbye'])
  expect(desk.state.known).toMatchObject({ callBack: true, phone: '0612345678' })
})

test('opening hours are said when the desk is not told any, and a call-back is not forced on anybody', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false })
  expect(desk.said()).toEqual(['no_technician', 'opening_hours', 'ask_call_back_keys'])
  desk.tell("non merci c'est bon")
  expect(desk.said()).toEqual(['call_back_declined', 'goodbye'])
  expect(desk.state.known.callBack).toBe(false)
})

test('a search that is never answered ends like one that found nobody', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', silence, silence)
  expect(desk.said()).toEqual(['wait'])
  desk.tell(silence)
  expect(desk.state.asking).toBe('callBack')
})

test('after silences during the search the call-back has a ladder of its own', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', silence, silence, { kind: 'technician', available: false }, silence)
  expect(desk.said()).toEqual(['still_there'])
})

test('a call-back is promised only to a number that was told', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false }, 'oui', 'je ne le connais pas')
  expect(desk.said()).toEqual(['call_back_no_number', 'goodbye'])
  expect(desk.state.known.callBack).toBe(false)
})

test('who asks for a human while the call-back is arranged leaves none behind', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false }, 'oui', 'un conseiller')
  expect([desk.decision.end, desk.state.known.callBack]).toEqual(['transfer', false])
})

test('a call that comes back from the queue is offered a call-back, with what it had told', () => {
  const desk = testDialogue({ start: false, known: { name: 'Dupont', phone: '0612345678' } })
  desk.tell({ kind: 'start', resumed: true })
  expect(desk.said()).toEqual(['welcome_back', 'ask_call_back'])
  desk.tell('oui')
  expect(desk.said()).toEqual(['call_back_noted', 'goodbye'])
  expect(wayOf(desk)).toEqual(['goodbye'])
})

test('a repetition leaves out what only led up to the question', () => {
  const desk = testDialogue()
  desk.tell("j'ai plus internet", 'dupont', '06 12 34 56 78', 'oui')
  expect(desk.said()).toContain('steps_intro')
  desk.tell('répétez')
  expect(desk.said()).toEqual(['step_box_restart', 'step_say'])
})

test('another problem goes back to the diagnostic and keeps the caller', () => {
  const desk = testDialogue()
  desk.tell(...atStep, "c'est fait", 'oui mais mon mobile ne capte plus')
  expect(wayOf(desk).slice(-3)).toEqual(['verification', 'diagnostic', 'solution'])
  expect(desk.state.known).toMatchObject({ topic: 'mobile', symptom: 'no_network', name: 'Dupont' })
})

test('another problem of the same topic is one as well, when it is said to be broken', () => {
  const told: [Told[], string, string | null][] = [
    [["c'est fait"], "oui mais maintenant c'est la télé qui ne marche plus", 'step_decoder_restart'],
    [["c'est fait"], 'non et le wifi ne marche pas non plus', 'step_wifi_near'],
    [[], 'en fait c’est la télé qui ne marche plus', 'step_decoder_restart'],
    // What is named on the way, or works again, or says only that nothing has helped, is none.
    [[], "c'est fait j'ai débranché le décodeur", null],
    [[], 'le voyant wifi est rouge', null],
    [["c'est fait"], 'oui la télé est revenue', null],
    [["c'est fait"], "j'ai toujours pas internet", null],
  ]
  for (const [way, text, step] of told) {
    const desk = testDialogue()
    desk.tell(...atStep, ...way, text)
    expect([text, desk.said().includes('new_problem'), desk.said().includes(step ?? 'new_problem')]).toEqual([
      text,
      step !== null,
      step !== null,
    ])
  }
})

test('another problem that is not named yet is asked for, and ends no call', () => {
  const told: [Told[], string, boolean][] = [
    [["c'est fait"], "oui ça marche mais j'ai un autre problème", true],
    [["c'est fait"], 'oui merci et il y a autre chose', true],
    [[], 'en fait j’ai un autre souci', true],
    [['#222', { kind: 'technician', available: false }], "non mais j'ai un deuxième problème", true],
    [["c'est fait"], "oui ça marche je n'ai pas d'autre problème", false],
    [["c'est fait"], 'non toujours pas', false],
    [[], 'je veux essayer autre chose', false],
  ]
  for (const [way, text, another] of told) {
    const desk = testDialogue()
    desk.tell(...atStep, ...way, text)
    expect([text, desk.state.asking === 'topic']).toEqual([text, another])
    if (another) expect(desk.said()).toEqual(['new_problem', 'choose_topic'])
  }
  const english = testDialogue({ language: 'en', texts: texts.en })
  english.tell(
    'my box is broken',
    'my name is John Smith',
    '##',
    "it's done",
    'yes but I have another problem',
  )
  expect(english.state.asking).toBe('topic')
})

test('a problem taken back while name and number are asked for is the new one, and costs no try', () => {
  const way = ["j'ai plus internet", 'dupont', '06 12 34 56 78']
  const asked = ['ask_name', 'ask_phone', 'confirm_phone_before']
  for (const count of [1, 2, 3]) {
    const desk = testDialogue()
    desk.tell(...way.slice(0, count), "en fait c'est mon mobile qui ne capte plus")
    expect(desk.said().slice(0, 2)).toEqual(['new_problem', asked[count - 1]])
    expect(desk.state).toMatchObject({ name: 'identification', nameTries: count > 1 ? 1 : 0, phoneTries: 0 })
    expect(desk.state.known).toMatchObject({ topic: 'mobile', symptom: 'no_network' })
  }
  const number = testDialogue()
  number.tell("j'ai plus internet", 'dupont', 'mon mobile c’est le 06 12 34 56 78', 'oui')
  expect(number.state.known).toMatchObject({ topic: 'internet', phone: '0612345678' })
})

test('who asks back at the welcome is asked again, once', () => {
  const desk = testDialogue()
  desk.tell("je n'ai pas compris")
  expect(desk.said()).toEqual(['ask_open'])
  desk.tell("je n'ai pas compris")
  expect(desk.state.asking).toBe('name')
})

test('a number told at the welcome takes no try for the name away', () => {
  const desk = testDialogue()
  desk.tell('06 12 34 56 78', 'il pleut sur la ville')
  expect(desk.said()).toEqual(['ask_name_again'])
})

test('a key ends a wait as a word does', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez', '#*')
  expect(desk.decision.expect.noInputMs).toBe(noInputMs + 25_000)
})

test('a topic taken back at the question for its symptom is no misunderstanding', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '##', 'non mon mobile')
  expect(desk.said()).toEqual(['ok', 'ask_symptom_mobile'])
  expect(desk.state.noMatch).toBe(0)
})

test('while a call-back is arranged it may work again, and a problem may be told', () => {
  const nobody: Told[] = [...atStep, '#222', { kind: 'technician', available: false }, 'oui']
  const works = testDialogue()
  works.tell(...nobody, 'ça remarche')
  expect([works.state.name, works.state.asking]).toEqual(['verification', 'verify'])
  const resumed = testDialogue({ start: false })
  resumed.tell({ kind: 'start', resumed: true }, 'ma box est en panne')
  expect(resumed.said().slice(0, 2)).toEqual(['new_problem', 'ask_name'])
})

test('a number offered for the call-back has two tries of its own', () => {
  const desk = testDialogue()
  desk.tell("j'ai plus internet", 'dupont', 'il pleut', 'il pleut', '#222', {
    kind: 'technician',
    available: false,
  })
  desk.tell('06 12 34 56 78', 'non')
  expect(desk.state.asking).toBe('phone')
})

test('a step that was tried for one problem is not asked again for the next', () => {
  const desk = testDialogue()
  desk.tell(
    ...atStep,
    "c'est fait",
    'oui mais mon mobile ne capte plus',
    "c'est fait",
    'non et ma box est en panne',
  )
  expect(desk.said()).toContain('step_box_lights')
})

test('the end of time, of the server and of everything is said, and ends the call', () => {
  const ends: [Told, string[], string][] = [
    [{ kind: 'timeUp' }, ['time_up', 'goodbye'], 'goodbye'],
    [{ kind: 'operator', wants: 'goodbye' }, ['draining', 'goodbye'], 'goodbye'],
    [{ kind: 'operator', wants: 'transfer' }, ['operator_transfer'], 'transfer'],
    [{ kind: 'failed' }, ['error_transfer'], 'error'],
  ]
  for (const [told, said, end] of ends) {
    const desk = testDialogue()
    desk.tell(told)
    expect([desk.said(), desk.decision.end as string]).toEqual([said, end])
  }
})

test('the state is plain data: written down and read again, it goes on the same', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez')
  const again = testDialogue({ start: false })
  again.state = JSON.parse(JSON.stringify(desk.state))
  expect(again.tell("c'est fait")).toEqual(desk.tell("c'est fait"))
})

test('a given state is never changed', () => {
  const desk = testDialogue()
  desk.tell('internet')
  const before = JSON.stringify(desk.state)
  const kept = desk.state
  desk.tell('dupont', '06 12 34 56 78', 'oui')
  expect(JSON.stringify(kept)).toBe(before)
})

test('an English desk plays the same dialogue', () => {
  const desk = testDialogue({ language: 'en', texts: texts.en })
  desk.tell('my box is broken', 'my name is John Smith', 'zero six one two three four five six seven eight')
  expect(desk.state.pending).toBe('0612345678')
  desk.tell('yes', "it's done", 'it still does not work', 'wait a minute', "I'd like to speak to a human")
  expect(desk.decision.end).toBe('transfer')
  expect(desk.state.known).toMatchObject({ name: 'John Smith', topic: 'internet', phone: '0612345678' })
})

test('the same wording is never said twice in a row, save when it is asked for', () => {
  const ways: Told[][] = [
    [silence, silence],
    [unheard, unheard, unheard, unheard],
    ["j'ai un problème", 'dupont', 'zéro six', 'douze', 'trente', 'quarante'],
    ["j'ai un problème", 'dupont', '##', 'il pleut sur la ville', 'il pleut sur la ville'],
    ["j'ai un problème", 'dupont', '##', 'attendez', 'attendez', 'attendez'],
    [...atStep, 'quel câble', 'quel câble', "c'est fait", 'non', "c'est fait", 'non', "c'est fait"],
    [...atStep, '#222', 'bonjour', 'bonjour', 'bonjour'],
    ['internet', 'dupont', '06 12 34 56 78', 'non', '06 12 34 56 78', '#9', '#9'],
  ]
  for (const hearsWords of [true, false]) {
    for (const way of ways) {
      const desk = testDialogue({ hearsWords })
      desk.tell(...way)
      const spoken = desk.decisions.map(({ say }) => say.map(({ text }) => text).join(' '))
      const heard = spoken.filter((text) => text !== '')
      expect(heard.filter((text, index) => index > 0 && text === heard[index - 1])).toEqual([])
    }
  }
})

test('every line that the script can name is in both languages, and a missing one is refused', () => {
  expect(Object.keys(texts.en.lines).sort()).toEqual(Object.keys(texts.fr.lines).sort())
  for (const name of requiredLines()) expect(texts.fr.lines[name]).toBeDefined()
  const { welcome: _, ...rest } = texts.fr.lines
  expect(() => parseTexts({ ...texts.fr, lines: rest })).toThrow('welcome')
  expect(() => parseTexts({ ...texts.fr, numbers: {} })).toThrow('numbers.00')
  expect(() => parseTexts({ ...texts.fr, language: 'de' })).toThrow()
})

test('texts are words to be spoken: no digits, no symbols, no place to fill in', () => {
  for (const language of ['fr', 'en'] as const)
    for (const [name, line] of Object.entries(texts[language].lines))
      for (const text of [line].flat()) {
        expect([name, /[0-9<>{}[\]&%#*/_"«»()]/.test(text)]).toEqual([name, false])
        expect([name, text.split(/\s+/).length <= 25]).toEqual([name, true])
      }
})

test('a caller at the keys gets every question for the keys, and for the voice again after speaking', () => {
  const desk = testDialogue()
  desk.tell('#1')
  expect([desk.state.asking, desk.said().at(-1)]).toEqual(['phone', 'ask_phone_keys'])
  desk.tell('06 12 34 56 78')
  expect(desk.said().at(-1)).toBe('confirm_phone_after')
  desk.tell('#1')
  expect(desk.said().at(-1)).toBe('ask_symptom_internet_keys')
})
