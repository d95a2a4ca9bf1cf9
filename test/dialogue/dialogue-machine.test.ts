import { expect, test } from 'bun:test'
import { requiredLines } from '../../src/desk/script.ts'
import { parseTexts } from '../../src/desk/texts.ts'
import type { Opening } from '../../src/dialogue/types.ts'
import { languages } from '../../src/understanding/languages/index.ts'
import { symptomMenu, topicMenu } from '../support/shipped-desk.ts'
import { holdMs, noInputMs, type Told, testDialogue, texts, wayOf } from './test-dialogue.ts'

const silence: Told = { kind: 'silence' }
const unheard: Told = { kind: 'unheard' }
const atStep: Told[] = ["j'ai plus internet", 'dupont', '##']

test('a call by voice goes from the welcome through all states to the goodbye', () => {
  const desk = testDialogue()
  desk.tell('ma box clignote en rouge', 'marie dupont', '06 12 34 56 78', 'oui', "c'est fait", 'oui')
  expect(wayOf(desk)).toEqual([
    ...['welcome', 'identification', 'diagnostic', 'solution', 'verification', 'goodbye'],
  ])
  expect(desk.decision.end).toBe('goodbye')
  expect(desk.state.known).toEqual({
    ...{ name: 'Marie Dupont', phone: '0612345678', topic: 'internet', symptom: 'no_connection' },
    ...{ stepsDone: ['box_restart'], tried: [], callBack: false, notes: [] },
  })
})

test('a call by keys alone goes the same way to a transfer, with every question asked for the keys', () => {
  const desk = testDialogue({ hearsWords: false })
  expect(desk.said()).toEqual(['welcome', ...topicMenu])
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

test('without a recogniser the desk never asks a question that only words can answer', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell(unheard, '#2', unheard, '##', unheard, '#1', unheard, silence, '#1', unheard, '#222')
  desk.tell({ kind: 'technician', available: false }, unheard, '#1', unheard)
  const names = desk.decisions.flatMap((decision) => decision.say.map((line) => line.name))
  const asked = names.filter((name) => /^(ask|choose|menu|verify|step_say|confirm_phone_after)/.test(name))
  expect(asked.length).toBeGreaterThan(8)
  expect(asked.filter((name) => !/_keys$|^menu_/.test(name))).toEqual([])
})

test('the number is read back in pairs', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '06 12 34 56 70')
  const pairs = ['numbers.06', 'numbers.12', 'numbers.34', 'numbers.56', 'numbers.70']
  expect(desk.said()).toEqual(['confirm_phone_before', ...pairs, 'confirm_phone_after'])
  expect(desk.decision.expect.kind).toBe('yesNo')
})

test('a number may come in pieces, by voice and by keys, and be corrected in between', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'zéro six douze', 'trente-quatre', 'non trente-cinq', '#5678')
  expect(desk.state.pending).toBe('0612355678')
})

test('a number is whole with its tenth key, and one with 0033 only with its last', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell('#1', '#061234567')
  expect(desk.decision.say).toEqual([])
  desk.tell('#8')
  expect(desk.state.pending).toBe('0612345678')
  const abroad = testDialogue({ hearsWords: false })
  abroad.tell('#1', '#0033612345678')
  expect(abroad.state.pending).toBe('0612345678')
})

test('while a number is keyed 0 is a digit, and 0 with # or with silence asks for a human', () => {
  for (const last of ['##', silence]) {
    const desk = testDialogue({ hearsWords: false })
    desk.tell('#1', '#0')
    expect(desk.state.name).toBe('identification')
    desk.tell(last)
    expect(desk.decision.end).toBe('transfer')
  }
})

test('* starts a number again, and means "repeat" everywhere else', () => {
  const desk = testDialogue({ hearsWords: false })
  desk.tell('#1', '#0699', '#*', '#0612345678')
  expect(desk.state.pending).toBe('0612345678')
  const before = desk.decision.say
  desk.tell('#*')
  expect(desk.decision.say).toEqual(before)
})

test('after two tries for the number the desk goes on without it', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'il pleut sur la ville')
  expect(desk.said()).toEqual(['ask_phone_again'])
  desk.tell('vous savez bien qui je suis')
  expect(desk.said()[0]).toBe('no_identity')
  expect(desk.state.name).toBe('diagnostic')
  expect(desk.state.known.phone).toBeNull()
})

test('the # after a keyed number only ends it and does not answer the read-back', () => {
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

test('a number that the caller rejected twice is not kept', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '06 12 34 56 78', 'non', '06 12 34 56 79', "non c'est pas ça")
  expect(desk.state.name).toBe('diagnostic')
  expect(desk.state.known.phone).toBeNull()
})

test('for a number with two readings the desk asks digit by digit and never reads one of them back', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', 'zéro un quarante quatre vingt deux trente trente cinq')
  expect(desk.said()).toEqual(['ask_phone_digits'])
  expect(desk.state.pending).toBeNull()
})

test('a number that is whole in one reading and lacks a pair in the other waits for the rest, or for its end', () => {
  const begun = 'zéro six soixante douze trente quatre cinquante six'
  const ends: [string, string][] = [
    ['quinze', '0672345615'],
    ["c'est tout", '0660123456'],
  ]
  for (const [end, pending] of ends) {
    const desk = testDialogue()
    desk.tell('internet', 'dupont', begun)
    expect(desk.said()).toEqual(['phone_more'])
    desk.tell(end)
    expect([end, desk.state.pending]).toEqual([end, pending])
  }
  const silent = testDialogue()
  silent.tell('internet', 'dupont', begun)
  silent.tell({ kind: 'silence' })
  expect(silent.state.pending).toBe('0660123456')
})

test('a question in the middle of a number neither ends it nor takes it back', () => {
  const dictated: [string[], string][] = [
    [['zéro sept quarante-neuf', 'vous suivez', '98 52 29'], '0749985229'],
    [['04 65 soixante et onze 84', 'vous avez noté', 'vingt-six'], '0465718426'],
  ]
  for (const [turns, pending] of dictated) {
    const desk = testDialogue()
    desk.tell('internet', 'dupont', ...turns)
    expect([turns, desk.state.pending]).toEqual([turns, pending])
  }
  const lost = testDialogue()
  lost.tell('internet', 'dupont', 'zéro sept quarante-neuf', 'il pleut sur la ville', 'il fait froid')
  expect(lost.said()).toEqual(['phone_more'])
  lost.tell('vous savez bien qui je suis')
  expect([lost.said(), lost.state.digits]).toEqual([['ask_phone_again'], ''])
})

test('after two tries for the name the desk asks for the number', () => {
  const desk = testDialogue()
  desk.tell("j'ai un problème", 'il pleut sur la ville ce soir là')
  expect(desk.said()).toEqual(['ask_name_again'])
  desk.tell('il pleut sur la ville ce soir là')
  expect(desk.said()).toEqual(['no_identity', 'ask_phone'])
})

test('the desk does not ask for what the caller said in the first sentence', () => {
  const desk = testDialogue()
  desk.tell("bonjour c'est madame durand mon numéro c'est le 06 12 34 56 78 et ma carte sim est bloquée")
  expect(desk.state.asking).toBe('phoneConfirm')
  desk.tell('oui')
  expect([desk.state.name, desk.said().at(-2)]).toEqual(['solution', 'step_sim'])
  expect(desk.state.known.name).toBe('Durand')
})

test('after 7 s of silence the desk asks again, twice, and then says goodbye', () => {
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

test('"attendez" gives the caller 60 s before silence counts', () => {
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

test('silence during a step counts only after the time that the step takes', () => {
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

test('after a misunderstanding the question is rephrased, then asked for the keys, then a human takes over', () => {
  const desk = testDialogue()
  desk.tell("j'ai un problème", 'dupont', '##')
  const seen = [1, 2, 3].map(() => {
    desk.tell('il pleut sur la ville ce soir là')
    return desk.said()
  })
  expect(seen).toEqual([['no_match', 'choose_topic_again'], ['no_match', ...topicMenu], ['no_match_human']])
  expect(desk.decision.end).toBe('transfer')
})

test('silences and misunderstandings are counted apart, and speech without words counts as neither', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'il pleut sur la ville', silence, unheard, unheard)
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([1, 1])
  desk.tell('il pleut sur la ville')
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([2, 0])
  desk.tell("c'est fait")
  expect([desk.state.noMatch, desk.state.noInput]).toEqual([0, 0])
})

test('speech that never gives words ends with a human', () => {
  const desk = testDialogue()
  desk.tell(unheard, unheard, unheard, unheard)
  expect(desk.decision.end).toBeUndefined()
  desk.tell(unheard)
  expect(desk.decision.end).toBe('transfer')
})

test('a caller who does not understand a step hears it in more detail', () => {
  const desk = testDialogue()
  desk.tell(...atStep, "je n'ai pas compris")
  expect(desk.said()[0]).toBe('step_box_restart_help')
  expect(desk.state.asking).toBe('step')
})

test('after the last step the desk looks for a technician, and transfers to a free one', () => {
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
test('a language that names the days of the month by ordinal numbers has a line for each', () => {
  const ordinals = { ...texts.fr, lines: { ...texts.fr.lines, date_15: 'quinzième' } }
  const desk = testDialogue({ texts: ordinals })
  const opens = { inDays: 22, weekday: 1, day: 15, month: 12, minute: 0 }
  desk.tell(...atStep, '#222', { kind: 'technician', available: false, opens })
  expect(desk.decision.say.map(({ text }) => text).join(' ')).toContain('lundi quinzième décembre')
})

test.each(openings)(
  'without a technician the caller hears when one will be available: %s',
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

test.each([
  ['who asks for one', ['je veux parler à un humain']],
  ['for whom no step helped', [...atStep, '#222']],
  ['whom the desk does not understand', ['internet', 'dupont', '##', 'blablabla', 'blablabla', 'blablabla']],
])('where nobody can take the call over, a caller %s may be called back', (_title, told) => {
  const desk = testDialogue({ canTransfer: false })
  desk.tell(...told)
  expect(desk.said()[0]).toBe('no_transfer')
  expect(desk.said().at(-1)).toMatch(/^ask_call_back/)
  expect(desk.decision.ask).toBeUndefined()
  desk.tell('oui')
  expect(desk.said()[0]).toMatch(/^ask_call_back_phone/)
  desk.tell('06 12 34 56 78', 'oui')
  expect(desk.said()).toContain('call_back_noted')
  expect(desk.state).toMatchObject({ ended: 'goodbye', known: { callBack: true } })
})

test('where nobody can take the call over, a caller who does not answer that offer hears the goodbye', () => {
  const desk = testDialogue({ canTransfer: false })
  desk.tell('je veux parler à un humain', 'je veux parler à un humain')
  expect(desk.said().at(-1)).toMatch(/^ask_call_back/)
  desk.tell('blablabla', 'blablabla', 'blablabla')
  expect(desk.said()).toEqual(['call_back_declined', 'goodbye'])
  expect(desk.state.ended).toBe('goodbye')
})

test('without a known time the desk says its usual opening hours, and the caller may decline a call-back', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false })
  expect(desk.said()).toEqual(['no_technician', 'opening_hours', 'ask_call_back_keys'])
  desk.tell("non merci c'est bon")
  expect(desk.said()).toEqual(['call_back_declined', 'goodbye'])
  expect(desk.state.known.callBack).toBe(false)
})

test('a fault named as the reason of a yes or no to the call-back opens no new problem', () => {
  const desk = testDialogue()
  const offer = [...atStep, '#222', { kind: 'technician', available: false } as const]
  desk.tell(...offer, 'oui sur le portable parce que le fixe marche plus')
  expect(desk.said()).toEqual(['ask_call_back_phone'])
})

test('a question about the step gets help, even with a word in it that says yes', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'le bouton marche arrêt il est où exactement')
  expect(desk.said()[0]).toBe('step_box_restart_help')
})

test('a search without an answer ends like one that found nobody', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', silence, silence)
  expect(desk.said()).toEqual(['wait'])
  desk.tell(silence)
  expect(desk.state.asking).toBe('callBack')
})

test('silences during the search do not count at the call-back question', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', silence, silence, { kind: 'technician', available: false }, silence)
  expect(desk.said()).toEqual(['still_there'])
})

test('a call-back is promised only if the caller gave a number', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false }, 'oui', 'je ne le connais pas')
  expect(desk.said()).toEqual(['call_back_no_number', 'goodbye'])
  expect(desk.state.known.callBack).toBe(false)
})

test('a caller who asks for a human while arranging a call-back is not called back too', () => {
  const desk = testDialogue()
  desk.tell(...atStep, '#222', { kind: 'technician', available: false }, 'oui', 'un conseiller')
  expect([desk.decision.end, desk.state.known.callBack]).toEqual(['transfer', false])
})

test('a call that is back from the queue is offered a call-back and keeps its known facts', () => {
  const desk = testDialogue({ start: false, known: { name: 'Dupont', phone: '0612345678' } })
  desk.tell({ kind: 'start', resumed: true })
  expect(desk.said()).toEqual(['welcome_back', 'ask_call_back'])
  desk.tell('oui')
  expect(desk.said()).toEqual(['call_back_noted', 'goodbye'])
  expect(wayOf(desk)).toEqual(['goodbye'])
})

test('"repeat" leaves out the lines that only led up to the question', () => {
  const desk = testDialogue()
  desk.tell("j'ai plus internet", 'dupont', '06 12 34 56 78', 'oui')
  expect(desk.said()).toContain('steps_intro')
  desk.tell('répétez')
  expect(desk.said()).toEqual(['step_box_restart', 'step_say'])
})

test('another problem goes back to the diagnostic and keeps who is calling', () => {
  const desk = testDialogue()
  desk.tell(...atStep, "c'est fait", 'oui mais mon mobile ne capte plus')
  expect(wayOf(desk).slice(-3)).toEqual(['verification', 'diagnostic', 'solution'])
  expect(desk.state.known).toMatchObject({ topic: 'mobile', symptom: 'no_network', name: 'Dupont' })
})

test('another symptom of the same topic is another problem if the caller says that it is broken', () => {
  const told: [Told[], string, string | null][] = [
    [["c'est fait"], "oui mais maintenant c'est la télé qui ne marche plus", 'step_decoder_restart'],
    [["c'est fait"], 'non et le wifi ne marche pas non plus', 'step_wifi_near'],
    [[], 'en fait c’est la télé qui ne marche plus', 'step_decoder_restart'],
    // No other problem: a thing that is only mentioned, or works again, and "nothing has helped".
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

test('for "another problem" without a name the desk asks which, and does not end the call', () => {
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

test('a problem corrected during identification replaces the first one and costs no try', () => {
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

test('a caller who does not understand the welcome is asked once more', () => {
  const desk = testDialogue()
  desk.tell("je n'ai pas compris")
  expect(desk.said()).toEqual(['ask_open'])
  desk.tell("je n'ai pas compris")
  expect(desk.state.asking).toBe('name')
})

test('a number given at the welcome costs no try for the name', () => {
  const desk = testDialogue()
  desk.tell('06 12 34 56 78', 'il pleut sur la ville')
  expect(desk.said()).toEqual(['ask_name_again'])
})

test('a key ends a wait, as words do', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez', '#*')
  expect(desk.decision.expect.noInputMs).toBe(noInputMs + 25_000)
})

test('correcting the topic at the question for its symptom is no misunderstanding', () => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', '##', 'non mon mobile')
  expect(desk.said()).toEqual(['ok', 'ask_symptom_mobile'])
  expect(desk.state.noMatch).toBe(0)
})

test('while a call-back is arranged the caller may say that it works again, or name a problem', () => {
  const nobody: Told[] = [...atStep, '#222', { kind: 'technician', available: false }, 'oui']
  const works = testDialogue()
  works.tell(...nobody, 'ça remarche')
  expect([works.state.name, works.state.asking]).toEqual(['verification', 'verify'])
  const resumed = testDialogue({ start: false })
  resumed.tell({ kind: 'start', resumed: true }, 'ma box est en panne')
  expect(resumed.said().slice(0, 2)).toEqual(['new_problem', 'ask_name'])
})

test('the number for a call-back has two tries of its own', () => {
  const desk = testDialogue()
  desk.tell("j'ai plus internet", 'dupont', 'il pleut', 'il pleut', '#222', {
    kind: 'technician',
    available: false,
  })
  desk.tell('06 12 34 56 78', 'non')
  expect(desk.state.asking).toBe('phone')
})

test('a step that was tried for one problem is skipped for the next', () => {
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

test('time-out, operator, shutdown and failure are announced and end the call', () => {
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

test('the state is plain data: after JSON and back the dialogue goes on the same', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez')
  const again = testDialogue({ start: false })
  again.state = JSON.parse(JSON.stringify(desk.state))
  expect(again.tell("c'est fait")).toEqual(desk.tell("c'est fait"))
})

test('step never changes the state that it gets', () => {
  const desk = testDialogue()
  desk.tell('internet')
  const before = JSON.stringify(desk.state)
  const kept = desk.state
  desk.tell('dupont', '06 12 34 56 78', 'oui')
  expect(JSON.stringify(kept)).toBe(before)
})

test('the dialogue works the same in English', () => {
  const desk = testDialogue({ language: 'en', texts: texts.en })
  desk.tell('my box is broken', 'my name is John Smith', 'zero six one two three four five six seven eight')
  expect(desk.state.pending).toBe('0612345678')
  desk.tell('yes', "it's done", 'it still does not work', 'wait a minute', "I'd like to speak to a human")
  expect(desk.decision.end).toBe('transfer')
  expect(desk.state.known).toMatchObject({ name: 'John Smith', topic: 'internet', phone: '0612345678' })
})

test('the same words are never said twice in a row, unless the caller asks for it', () => {
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

test('all languages have every line of the script, and texts without one are refused', () => {
  // Besides, a language may have a line for each day of the month.
  const shared = (code: string) =>
    Object.keys(texts[code].lines)
      .filter((name) => !/^date_\d+$/.test(name))
      .sort()
  for (const code of languages) expect(shared(code)).toEqual(shared('fr'))
  for (const name of requiredLines()) expect(texts.fr.lines[name]).toBeDefined()
  const { welcome: _, ...rest } = texts.fr.lines
  expect(() => parseTexts({ ...texts.fr, lines: rest })).toThrow('welcome')
  expect(() => parseTexts({ ...texts.fr, numbers: {} })).toThrow('numbers.00')
})

test('texts are only words to speak: no digits, symbols or placeholders', () => {
  for (const language of languages)
    for (const [name, line] of Object.entries(texts[language].lines))
      for (const text of [line].flat()) {
        expect([name, /[0-9<>{}[\]&%#*/_"«»()]/.test(text)]).toEqual([name, false])
        expect([name, text.split(/\s+/).length <= 25]).toEqual([name, true])
      }
})

test('a caller who uses keys gets questions for the keys, and spoken ones again after speaking', () => {
  const desk = testDialogue()
  desk.tell('#1')
  expect([desk.state.asking, desk.said().at(-1)]).toEqual(['phone', 'ask_phone_keys'])
  desk.tell('06 12 34 56 78')
  expect(desk.said().at(-1)).toBe('confirm_phone_after')
  desk.tell('#1')
  expect(desk.said().slice(1)).toEqual([...symptomMenu('internet')])
})

test('what a caller tells with the wish for a human or for another desk goes with them', () => {
  const told = "je m'appelle martin ma box ne marche plus "
  for (const wish of ['passez-moi un conseiller', 'et je veux résilier']) {
    const desk = testDialogue()
    desk.tell(told + wish)
    expect(desk.decision.end).toBe('transfer')
    expect(desk.state.known).toMatchObject({ name: 'Martin', topic: 'internet', symptom: 'no_connection' })
  }
})
