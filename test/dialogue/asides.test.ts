// What the desk does when callers say something beside the open question.

import { expect, test } from 'bun:test'
import { holdMs, type Told, testDialogue } from './test-dialogue.ts'

const atStep: Told[] = ["j'ai plus internet", 'dupont', '##']

test.each([
  'je préfère ne pas le donner',
  'je ne le connais pas',
  'je veux pas vous le dire',
  'ça vous regarde pas',
  "j'ai pas de téléphone",
])('a caller who refuses a number or has none is not asked again: %s', (text) => {
  const desk = testDialogue()
  desk.tell('internet', 'dupont', text)
  expect(desk.said()).toEqual(['no_identity', 'ask_symptom_internet'])
})

test('after "it works again" the desk asks to make sure, and goes on if it does not work after all', () => {
  const desk = testDialogue()
  desk.tell('ma box ne marche plus', "ah c'est bon ça remarche")
  expect(desk.said()).toEqual(['verify'])
  desk.tell('non en fait ça recoupe')
  expect(desk.said()).toEqual(['sorry_trouble', 'ask_name'])
  desk.tell('dupont', '06 12 34 56 78', 'oui')
  expect([desk.state.name, desk.state.known.stepsDone]).toEqual(['solution', []])
  desk.tell("c'est fait", 'non', 'ah si ça remarche')
  expect(desk.said()).toEqual(['verify'])
})

test('"it works again" at a step counts the step as done: a no after it leads to the next one', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'ah ça remarche')
  expect([desk.said(), desk.state.known.stepsDone]).toEqual([['verify'], ['box_restart']])
  desk.tell('ah non')
  expect(desk.said()).toEqual(['next_step', 'step_box_lights', 'step_say'])
})

test('a caller who says at the welcome that it works again is not asked for a name', () => {
  const desk = testDialogue()
  desk.tell("bonjour j'avais une panne mais c'est revenu")
  expect([desk.state.name, desk.state.asking]).toEqual(['verification', 'verify'])
  desk.tell('non')
  expect([desk.state.name, desk.state.asking]).toEqual(['identification', 'name'])
})

test('words to somebody else do not end a wait, and a caller who is back hears the question again', () => {
  const desk = testDialogue()
  desk.tell(...atStep, 'attendez', 'chérie tu peux descendre au salon')
  expect([desk.decision.say, desk.decision.expect.noInputMs]).toEqual([[], holdMs])
  desk.tell('voilà je suis là')
  expect(desk.said()).toEqual(['step_box_restart', 'step_say'])
  desk.tell('allô vous êtes là')
  expect(desk.said()).toEqual(['step_box_restart', 'step_say'])
  expect([desk.state.noMatch, desk.state.known.stepsDone]).toEqual([0, []])
})

test('"wait" together with a problem is no request to wait; fetching something is', () => {
  const desk = testDialogue()
  desk.tell("non attendez c'est pour mon portable il n'a plus de réseau")
  expect(desk.state.known).toMatchObject({ topic: 'mobile', symptom: 'no_network' })
  const other = testDialogue()
  other.tell(...atStep, 'attendez je prends mon portable')
  expect([other.said(), other.state.known.topic]).toEqual([['hold'], 'internet'])
})

test('business of another desk goes to a human at once, with a reason, at every question', () => {
  const wishes = ['je veux résilier ma box', 'un problème de facture', 'le service commercial']
  const ways: Told[][] = [[], ["j'ai un problème"], ['internet', 'dupont'], atStep, [...atStep, "c'est fait"]]
  for (const way of ways)
    for (const wish of wishes) {
      const desk = testDialogue()
      desk.tell(...way, wish)
      expect([wish, desk.said(), desk.decision.end]).toEqual([wish, ['other_desk'], 'transfer'])
    }
  const broken = testDialogue()
  broken.tell("j'ai payé ma facture et ma box ne marche plus")
  expect(broken.state.asking).toBe('name')
})

test.each(['passez-moi un conseiller', 'je veux résilier ma box'])(
  'what stands beside a wish that ends the call is learnt before it is handed over: %s',
  (wish) => {
    const desk = testDialogue()
    desk.tell(`je suis Paul Martin, mon numéro c'est le 06 39 98 12 47, ${wish}`)
    const { known, pending } = desk.state
    // Nobody has confirmed the number.
    expect([desk.decision.end, known.name, known.phone, pending]).toEqual([
      'transfer',
      'Paul Martin',
      null,
      '0639981247',
    ])
  },
)

test('the desk answers a complaint with sympathy, not with "all right", and takes it as no answer', () => {
  const desk = testDialogue()
  desk.tell("ça fait trois jours c'est scandaleux")
  expect(desk.said()).toEqual(['empathy', 'ask_name'])
  desk.tell('non mais vous vous moquez de moi')
  expect(desk.said()[0]).toBe('empathy')
  const later = testDialogue()
  later.tell(...atStep, "c'est fait", "non c'est honteux")
  expect(later.said()).toEqual(['empathy', 'next_step', 'step_box_lights', 'step_say'])
})

test('the desk admits that it is a robot when asked, and repeats its question', () => {
  const desk = testDialogue()
  desk.tell('vous êtes un robot')
  expect([desk.said(), desk.state.asking]).toEqual([['automatic', 'ask_open'], 'open'])
  desk.tell(...atStep, "c'est un robot ça")
  expect(desk.said()).toEqual(['automatic', 'step_box_restart', 'step_say'])
})

test('yes and no at once neither confirms a number nor ends the call', () => {
  const confirm = testDialogue()
  confirm.tell('internet', 'dupont', '06 12 34 56 78', "non c'est bon")
  expect([confirm.state.asking, confirm.state.known.phone]).toEqual(['phoneConfirm', null])
  for (const [text, first, step] of [
    ['le wifi oui mais pas la télé', 'next_step', 'step_box_lights'],
    ["ça marche mais c'est lent", 'new_problem', 'step_wired'],
    ['ça a marché deux secondes et pouf', 'next_step', 'step_box_lights'],
  ]) {
    const desk = testDialogue()
    desk.tell(...atStep, "c'est fait", text)
    expect([text, desk.said()[0], desk.said().at(-2)]).toEqual([text, first, step])
  }
})

test('a caller who says that they are calling again does not say goodbye', () => {
  const desk = testDialogue()
  desk.tell("bonjour je vous rappelle parce que ça a coupé tout à l'heure")
  expect(desk.decision.end).toBeUndefined()
})

test('"it still does not work" does not replace a symptom that is known', () => {
  const desk = testDialogue()
  desk.tell("mon wifi n'apparaît plus", 'ça ne marche toujours pas')
  expect(desk.state.known).toMatchObject({ topic: 'internet', symptom: 'wifi' })
})
