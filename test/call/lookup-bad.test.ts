// A call whose look-up answers badly goes as a call without one: the same words at the same times, and the same end.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { play } from '../support/scenarios/run.ts'
import { type LookupAnswer, readScenarios } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(60_000)

const scenarios = await readScenarios(new URL('./scenarios/', import.meta.url))
const scenario = scenarios.find(({ name }) => name === 'line-confirmed')!

async function callWith(lookup: LookupAnswer | undefined) {
  const { agent, acts, states, outcome, next, variables, known, durationMs, faults, kept } = await play({
    ...scenario,
    given: { ...scenario.given, lookup },
  })
  const { customer } = kept[0]!.details
  return { agent, acts, states, outcome, next, variables, known, durationMs, faults, customer }
}

const without = await callWith(undefined)
const good = { name: 'Zoé Martin', incident: {} }
const answers = (json: unknown, more: Partial<LookupAnswer> = {}): LookupAnswer => ({
  ...{ answers: json, status: 200, after: 0.1 },
  ...more,
})
const text = (body: string): LookupAnswer => ({ text: body, status: 200, after: 0.1 })

test.each<[string, LookupAnswer]>([
  ['too late', answers(good, { after: 0.31 })],
  ['minutes late', answers(good, { after: 300 })],
  ['an error', answers(good, { status: 500 })],
  ['not found', answers(good, { status: 404 })],
  ['a page', text('<html><body>Zoé Martin</body></html>')],
  ['nothing', text('')],
  ['null', text('null')],
  ['wrong types', answers({ name: ['Zoé'], vulnerable: 'oui', incident: 'fibre' })],
  ['ten megabytes', text(`{"name":"${'x'.repeat(10_000_000)}"}`)],
  ['a name of 10 000 letters', answers({ ...good, name: 'x'.repeat(10_000) })],
  ['a name with control characters', answers({ ...good, name: 'Zoé\u0000\u001b[2J' })],
  ['a name that reverses the text', answers({ ...good, name: 'Zoé\u202e' })],
  ['a name with SSML', answers({ ...good, name: '<speak><break time="60s"/></speak>' })],
  ['a name with markup', answers({ ...good, name: '<img src=x onerror=alert(1)>' })],
])('the look-up answers %s', async (_, lookup) => {
  expect(await callWith(lookup)).toEqual(without)
})

test('a good answer changes the call', async () => {
  expect((await callWith(answers(good))).agent).not.toEqual(without.agent)
})

test.each([
  ['customer-is-known', { contract: 'F12', vulnerable: true, incident: null }],
  ['customer-of-another-line', null],
  ['lookup-answers-late', null],
])('the record of %s has what was used', async (name, customer) => {
  const played = await play(scenarios.find((one) => one.name === name)!)
  expect(played.kept[0]!.details.customer).toEqual(customer)
  expect(played.variables.VB_CONTRACT as string | undefined).toBe(customer?.contract)
})
