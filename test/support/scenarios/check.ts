// What differs between a call as it was played and as its scenario expects it: one sentence for each difference.
// Some things hold for every call and are looked at without being asked for.

import { languages } from '../../../src/understanding/languages/index.ts'
import { understand } from '../../../src/understanding/understand.ts'
import { seconds } from './caller.ts'
import type { Played } from './run.ts'
import type { ExpectedLine, Scenario } from './scenario-file.ts'
import type { HeardLine } from './wire.ts'

export function differences(scenario: Scenario, played: Played): string[] {
  return [
    ...played.faults,
    ...outcome(scenario, played),
    ...words(scenario, played),
    ...recording(scenario, played),
    ...timing(scenario, played),
    ...always(played),
  ]
}

/** What is left on disk: the audio or none, the choice, and the words of the record. */
function recording({ expect }: Scenario, { records }: Played): string[] {
  const found: string[] = []
  const last = records.at(-1)
  if (expect.recording !== undefined && last === undefined) return ['there is no record']
  const { audio, choice } = expect.recording ?? {}
  const kept = last?.audio === undefined ? 'deleted' : 'kept'
  if (audio !== undefined && audio !== kept) found.push(`the audio is ${kept}, expected ${audio}`)
  const chosen = last?.record.recording?.choice
  if (choice !== undefined && chosen !== choice) found.push(`the choice: ${chosen}, expected ${choice}`)
  const texts = last?.record.transcript.map(({ text }) => text) ?? []
  for (const wanted of expect.record)
    if (!texts.some((text) => text.includes(wanted)))
      found.push(`the record does not hold "${wanted}": ${shown(texts)}`)
  return found
}

function outcome({ expect }: Scenario, played: Played): string[] {
  const found: string[] = []
  const compare = (what: string, actual: unknown, wanted: unknown) => {
    if (!Bun.deepEquals(actual, wanted)) found.push(`${what}: ${shown(actual)}, expected ${shown(wanted)}`)
  }
  compare('states', played.states, expect.states)
  if (expect.languages !== undefined) {
    compare('languages', played.languages, expect.languages)
    compare('languages of the recogniser', played.heardIn, expect.languages)
  }
  if (expect.warnings !== undefined) compare('warnings', played.warnings, expect.warnings)
  compare('outcome', played.outcome, expect.outcome)
  compare('next', played.next, expect.next)
  for (const [name, value] of Object.entries(expect.variables))
    compare(`variable ${name}`, played.variables[name], value)
  const known: Record<string, unknown> = { ...played.known }
  for (const [name, value] of Object.entries(expect.known)) compare(`known ${name}`, known[name], value)
  return found
}

function words({ expect }: Scenario, played: Played): string[] {
  const found: string[] = []
  let from = 0
  for (const wanted of expect.agent) {
    const at = played.agent.findIndex((line, i) => i >= from && isLine(wanted, line, played))
    if (at < 0) {
      found.push(`the agent did not say ${described(wanted)} after "${played.agent[from - 1]?.text ?? ''}"`)
      continue
    }
    found.push(...times(wanted, at, played))
    from = at + 1
  }
  for (const unwanted of expect.never)
    for (const line of played.agent)
      if (isLine(unwanted, line, played))
        found.push(`the agent said "${line.text}" at ${seconds(line.fromMs)} s`)
  let heard = 0
  for (const text of expect.caller) {
    const at = played.callerTexts.findIndex((said, i) => i >= heard && said.includes(text))
    if (at < 0) found.push(`the caller was not understood to say "${text}": ${shown(played.callerTexts)}`)
    else heard = at + 1
  }
  return found
}

function isLine(wanted: ExpectedLine, line: HeardLine, { texts, textsIn }: Played): boolean {
  if (typeof wanted === 'string') return line.text.includes(wanted)
  if (wanted.line !== undefined) {
    const variants = (wanted.in === undefined ? texts : textsIn[wanted.in])?.lines[wanted.line]
    if (variants === undefined) return false
    if (typeof variants === 'string' ? variants !== line.text : !variants.includes(line.text)) return false
  }
  if (wanted.text !== undefined && !line.text.includes(wanted.text)) return false
  return wanted.cut === undefined || wanted.cut === line.cut
}

function times(wanted: ExpectedLine, at: number, played: Played): string[] {
  if (typeof wanted === 'string') return []
  const line = played.agent[at]
  const found: string[] = []
  const within = (what: string, ms: number, range: readonly [number, number] | undefined) => {
    if (range && (ms < range[0] * 1_000 || ms > range[1] * 1_000))
      found.push(`"${line.text}" began ${seconds(ms)} s ${what}, expected ${range[0]} to ${range[1]} s`)
  }
  within('from the start', line.fromMs, wanted.at_s)
  const before = [...played.agent.slice(0, at), ...played.acts].filter(({ toMs }) => toMs <= line.fromMs)
  within('after the last sound', line.fromMs - Math.max(0, ...before.map(({ toMs }) => toMs)), wanted.after_s)
  return found
}

function timing({ expect: { timing: wanted } }: Scenario, played: Played): string[] {
  const found: string[] = []
  const [shortest, longest] = wanted.duration_s
  if (played.durationMs < shortest * 1_000 || played.durationMs > longest * 1_000)
    found.push(`the call took ${seconds(played.durationMs)} s, expected ${shortest} to ${longest} s`)
  const most = (what: string, values: number[], limit: number | undefined, unit: string) => {
    if (limit === undefined) return
    if (values.length === 0) found.push(`${what}: never happened`)
    else if (Math.max(...values) > limit)
      found.push(`${what}: ${Math.max(...values)} ${unit}, at most ${limit}`)
  }
  most('reply', played.replyMs, wanted.reply_ms_at_most, 'ms')
  most('silence after a barge-in', bargeInMs(played), wanted.barge_in_ms_at_most, 'ms')
  most('silence of both', [longestSilenceMs(played) / 1_000], wanted.silence_s_at_most, 's')
  return found
}

/** The agent waits in silence for a voice this long at most before it interrupts. */
const heldMs = 600

/** From the decision to the last frame of the words it cut; the frames that follow without a gap are those words. */
function bargeInMs({ bargeInsAtMs, agent }: Played): number[] {
  return bargeInsAtMs.flatMap((atMs) => {
    const line = agent.find(({ fromMs, toMs, cut }) => cut && fromMs <= atMs && atMs - heldMs <= toMs)
    return line ? [Math.max(0, line.toMs - atMs)] : []
  })
}

/** The longest time in which neither side was heard, from the first words to the end. */
export function longestSilenceMs({ agent, acts, durationMs }: Played): number {
  const sounds = [...agent, ...acts].sort((a, b) => a.fromMs - b.fromMs)
  let quietFrom = 0
  let longest = 0
  for (const { fromMs, toMs } of sounds) {
    longest = Math.max(longest, fromMs - quietFrom)
    quietFrom = Math.max(quietFrom, toMs)
  }
  return Math.max(longest, durationMs - quietFrom)
}

/** True for every call, whatever happens in it. */
/** Whether a caller's words ask for a repetition in any of the languages. */
const asksAgain = (text: string): boolean =>
  languages.some(
    (language) => understand(text, { name: 'solution', language, asking: 'step' }).intent === 'repeat',
  )

function always({ agent, acts, texts, callerTexts, calls }: Played): string[] {
  const found: string[] = []
  for (const { frames, ms } of calls)
    if (Math.abs(frames - ms / 20) > 2) found.push(`${frames} frames left in ${ms} ms, not one every 20 ms`)
  const said = [...callerTexts, ...acts.map(({ what }) => what)]
  const repeats = said.some((text) => /keys .*\*/.test(text) || asksAgain(text))
  const last = new Map<string, string>()
  for (const { text, cut } of agent) {
    const name = Object.entries(texts.lines).find(
      ([, line]) => typeof line !== 'string' && line.includes(text),
    )?.[0]
    if (name === undefined) continue
    if (last.get(name) === text && !cut && !repeats) found.push(`twice in the same words: "${text}"`)
    last.set(name, cut ? '' : text)
  }
  return found
}

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.join(', ')}]`
    : typeof value === 'string'
      ? `"${value}"`
      : JSON.stringify(value)

const described = (wanted: ExpectedLine): string =>
  typeof wanted === 'string'
    ? `"${wanted}"`
    : JSON.stringify({ ...wanted, at_s: undefined, after_s: undefined })
