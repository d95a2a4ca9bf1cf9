// Ways through the model: a shortest one to each state, and the inputs to try at its end.

import { getInitialSnapshot, getNextSnapshot } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { createRandom } from '../../support/lab/random.ts'
import { desk as shipped } from '../../support/shipped-desk.ts'
import { type ChartState, chart } from './chart.ts'
import { type EventName, keyEvents, type ModelEvent, otherEvents, stepsLeft, wordEvents } from './memory.ts'

/** Where a state of the chart is (`talk.verification.technician`), or how the call has ended. */
export function placeOf(chartState: ChartState): { name: string; asking: string | null; end: string | null } {
  const { value } = chartState
  if (typeof value === 'string') {
    if (value === 'init') return { name: 'init', asking: null, end: null }
    const name = value === 'bye' ? 'goodbye' : value === 'failed' ? 'error' : value
    return { name, asking: null, end: name }
  }
  const talk = (value as { talk: string | Record<string, string> }).talk
  if (talk === 'welcome') return { name: 'welcome', asking: 'open', end: null }
  const [[name, asking]] = Object.entries(talk)
  return { name, asking, end: null }
}

/** The inputs to try in a state. */
export function eventsAt(chartState: ChartState, hearsWords: boolean): ModelEvent[] {
  const { asking, name } = placeOf(chartState)
  const { digits, justKeyed, noInput, unheard, holding } = chartState.context
  const atPhone = asking === 'phone'
  const senseless: Partial<Record<EventName, boolean>> = {
    // There a key is a digit of the number; numbers.test.ts tests how digits and numbers join.
    ...{
      KEY_1: atPhone,
      KEY_2: atPhone,
      KEY_3: atPhone,
      KEY_4: atPhone,
      KEY_5: atPhone,
      KEY_8: atPhone,
      KEY_9: atPhone,
      KEYS_NUMBER: !atPhone || digits !== '',
    },
    ...{ KEY_0: atPhone && digits !== '', PIECE: atPhone && digits !== '' },
    ...{ NUMBER: atPhone && digits !== '', AMBIGUOUS: atPhone && digits !== '' },
    // There "my mobile" is a kind of number.
    MOBILE: atPhone || asking === 'phoneConfirm' || asking === 'callBack',
    // There the rules read "it works again" as a simple yes.
    SOLVED: asking === 'callBack' || (asking === 'verify' && (noInput > 0 || holding)),
    ...{ TECHNICIAN: justKeyed, NO_TECHNICIAN: justKeyed },
    ...{ START: name !== 'init', RESUMED: name !== 'init' },
  }
  // The third and fourth turn without words only lead to the fifth; other inputs are tried after the first two.
  if (unheard === 2 || unheard === 3) return [{ type: 'UNHEARD' }]
  const all: readonly EventName[] = [...(hearsWords ? wordEvents : []), ...keyEvents, ...otherEvents]
  return all.filter((type) => senseless[type] !== true).map((type) => ({ type }))
}

/** With two counts of trouble at once the state is checked, but no way goes on from it. */
export function isFarEnough(chartState: ChartState): boolean {
  const { noInput, noMatch, unheard } = chartState.context
  const rungs = Number(noInput > 0) + Number(noMatch > 0) + Number(unheard > 0)
  return chartState.status === 'done' || rungs > 1
}

/**
 * States with the same key count as one, and ways go on from only one of them. The key holds how many steps are left,
 * not which; before identification it does not combine counts of trouble with counts of tries; of an end it holds only
 * the kind.
 */
function keyOf(chartState: ChartState): string {
  const { value, context } = chartState
  if (isFarEnough(chartState)) return JSON.stringify([value, 'far'])
  const { topic, symptom, done, tried, name, phone, pending, digits, justKeyed, identified } = context
  const { nameTries, phoneTries, noInput, noMatch, unheard, holding } = context
  const place = JSON.stringify(value)
  const rungs = [noInput, noMatch, unheard, holding]
  const problem = [
    topic,
    symptom === null,
    stepsLeft(context),
    done.length > 0,
    place.includes('verify') && tried,
  ]
  const number = [phone, pending, digits, justKeyed]
  if (identified)
    return JSON.stringify([place, problem, number, place.includes('phone') && phoneTries, rungs])
  const onRung = noInput + noMatch + unheard > 0 || holding
  return JSON.stringify([place, number, name, onRung ? rungs : [problem, nameTries, phoneTries]])
}

export type Way = { events: readonly EventName[]; states: readonly ChartState[] }

/** A shortest way to each state of the model. */
export function waysOf(hearsWords: boolean, desk = shipped): Way[] {
  const paths = getShortestPaths(chart, {
    input: { hearsWords, desk },
    events: (state) => eventsAt(state, hearsWords),
    serializeState: keyOf,
    stopWhen: isFarEnough,
  })
  // A path shows only one of the states that share a key; the real states come from playing its events.
  return paths.map(({ steps }) => {
    const events = steps.slice(1).map(({ event }) => event)
    const states: ChartState[] = []
    let state = getInitialSnapshot(chart, { hearsWords, desk })
    for (const event of events) {
      state = getNextSnapshot(chart, state, event)
      states.push(state)
    }
    return { events: events.map(({ type }) => type), states }
  })
}

/** Ways of random callers, each until the model ends or after `longest` inputs; the same in every run. */
export function randomWays(
  seed: number,
  count: number,
  longest: number,
  hearsWords: boolean,
  desk = shipped,
): Way[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const events: EventName[] = []
    const states: ChartState[] = []
    let state = getInitialSnapshot(chart, { hearsWords, desk })
    while (!isFarEnough(state) && events.length < longest) {
      const possible = eventsAt(state, hearsWords)
      if (possible.length === 0) break
      const event = possible[random.below(possible.length)]
      state = getNextSnapshot(chart, state, event)
      events.push(event.type)
      states.push(state)
    }
    return { events, states }
  })
}
