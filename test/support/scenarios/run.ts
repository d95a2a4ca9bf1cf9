// Plays a scenario on the lab's clock, and notes what a caller would have noticed: words and times from the wire,
// states and outcome from the call's own events. What the caller does is scenario-caller.ts's business, whether all
// is as expected scenario-check.ts's.

import { createLog } from '../../../src/base/log.ts'
import { Metrics } from '../../../src/base/metrics.ts'
import { agentDefaults } from '../../../src/call/agent/state.ts'
import type { CallEvent } from '../../../src/call/events.ts'
import { offeredLanguages } from '../../../src/config/languages.ts'
import { readConfig } from '../../../src/config.ts'
import { parseTexts, type Texts } from '../../../src/desk/texts.ts'
import { parseTemplates } from '../../../src/dialogue/model/prompt.ts'
import type { Known } from '../../../src/dialogue/types.ts'
import { createCallStarts } from '../../../src/server/call-starts.ts'
import type { ServerContext } from '../../../src/server/context.ts'
import type { DeskParts } from '../../../src/server/desk/desk.ts'
import { createDeskTexts } from '../../../src/server/desk/desk-texts.ts'
import { hoursOf } from '../../../src/server/desk/hours.ts'
import { openTechnicians } from '../../../src/server/handover/technicians.ts'
import { languages } from '../../../src/understanding/languages/index.ts'
import { CallLab, type KeptCall } from '../lab/call-lab.ts'
import type { FakeClock } from '../lab/fake-clock.ts'
import { desk } from '../shipped-desk.ts'
import { type CallerAct, ScenarioCaller } from './caller.ts'
import { lookedUp } from './lookup.ts'
import { createModel, createTechnicians } from './model.ts'
import { type KeptRecord, ScenarioRecords } from './records.ts'
import type { Scenario } from './scenario-file.ts'
import { type HeardLine, MarkedVoice } from './wire.ts'

/** Everything noted of a call; times in milliseconds since the first call of the scenario began. */
export type Played = {
  texts: Texts
  /** Of all languages that the call can be in, by their codes. */
  textsIn: Readonly<Record<string, Texts>>
  /** The languages that the call was in, and those in which its recogniser was opened, in order. */
  languages: string[]
  heardIn: string[]
  /** Warnings in the log, as their texts. */
  warnings: string[]
  durationMs: number
  states: string[]
  outcome: string
  next: string
  variables: Record<string, string>
  known: Known | undefined
  agent: HeardLine[]
  acts: CallerAct[]
  /** The caller's turns as the call understood them. */
  callerTexts: string[]
  /** From the end of the caller's speech to the first frame of the reply. */
  replyMs: number[]
  bargeInsAtMs: number[]
  /** Of each time the phone was on the line: the frames it got, and how long it was there. */
  calls: { frames: number; ms: number }[]
  /** What a rehearsal would have of each part of the call. */
  kept: KeptCall[]
  /** What is on disk of each part of the call, in order. */
  records: KeptRecord[]
  /** Errors in the log, and steps of the scenario that could not be played. */
  faults: string[]
}

const callId = '6f1f7a5e-2f54-4c0e-9d0b-0a4f5b8c1d22'

const asset = (path: string) => Bun.file(new URL(`../../../assets/${path}`, import.meta.url))
const byLanguage = async <T>(read: (code: string) => Promise<T>): Promise<Record<string, T>> =>
  Object.fromEntries(await Promise.all(languages.map(async (code) => [code, await read(code)])))
const textsOf = await byLanguage(async (code) => parseTexts(await asset(`phrases/${code}.json`).json()))
export const templatesOf = await byLanguage(async (code) =>
  parseTemplates(await asset(`prompts/${code}.md`).text()),
)

/** Plays a scenario to its end. @throws never for what the call does; that is what `Played` tells */
export async function play(scenario: Scenario): Promise<Played> {
  return new Stage(scenario).play()
}

class Stage {
  private readonly lab: CallLab
  private readonly voice: MarkedVoice
  private readonly faults: string[] = []
  private readonly states: string[] = []
  private readonly callerTexts: string[] = []
  private readonly replyMs: number[] = []
  private readonly bargeInsAtMs: number[] = []
  private outcome = 'none'
  private readonly records = new ScenarioRecords()
  private readonly texts: Texts
  private readonly offered: readonly Texts[]
  private readonly languages: string[]
  private readonly warnings: string[] = []

  constructor(private readonly scenario: Scenario) {
    const { given } = scenario
    const startsAtMs = given.at === undefined ? undefined : Date.parse(given.at)
    const config = readConfig({
      LANGUAGE: given.language,
      LANGUAGES: given.languages.join(','),
      ...given.settings,
    })
    this.offered = offeredLanguages(config).map((code) => {
      const phrases = textsOf[code]!
      return startsAtMs === undefined ? phrases : createDeskTexts(config)(phrases, startsAtMs)
    })
    this.texts = this.offered[0]
    let clock: FakeClock | undefined
    const clockOf = (): FakeClock => {
      if (clock === undefined) throw new Error('the lab has no clock yet')
      return clock
    }
    this.voice = new MarkedVoice(this.offered, given, () => this.lab.clock)
    const { log } = createLog({
      level: 'warn',
      showPrivate: false,
      write: (entry: string) => {
        const { level, event } = JSON.parse(entry)
        if (level === 'error') this.faults.push(`error in the log: ${entry.trim()}`)
        else this.warnings.push(event)
      },
    })
    const context = { config, log, metrics: new Metrics() } as ServerContext
    const starts = createCallStarts(context, {
      languages: this.offered.map(({ language }) => language),
      desk: { has: (name: string) => name === 'desk', current: () => desk } as unknown as DeskParts,
    })
    const start = starts.of(given.announced)
    this.languages = [start.language]
    const llm = given.llm.length === 0 ? undefined : createModel(given.llm, clockOf)
    this.lab = new CallLab(
      {
        hearsWords: given.hears === 'words',
        texts: this.texts,
        offered: this.offered,
        start,
        deaf: given.deaf,
        maxCalls: given.lines === 'all taken' ? 1 : 10,
        policy: given.recording,
        pausesForNumbers: given.recording_pause,
        recorder:
          given.recording === 'off'
            ? undefined
            : (id, callLog, on) => this.records.open(id, callLog, on, given.recording),
        agent: { ...agentDefaults, maxCallMs: given.max_call_s * 1_000 },
        tts: this.voice.tts,
        phrases: this.voice.phrases,
        log,
        tap: (event, atMs) => this.note(event, atMs),
        session: {
          customer: given.lookup && lookedUp(given.lookup, { config, log, start, clockOf }),
          convert: this.voice.convert,
          technicians:
            startsAtMs === undefined
              ? createTechnicians(given, clockOf)
              : () => openTechnicians(config, clockOf(), log).check(hoursOf(config).schedule),
        },
        model: (language) => llm && { llm, templates: templatesOf[language]! },
      },
      given.lines === 'free' ? callId : '00000000-0000-4000-8000-000000000000',
    )
    clock = this.lab.clock
    if (startsAtMs !== undefined) clock.wallOffsetMs = startsAtMs - clock.now()
  }

  async play(): Promise<Played> {
    const { lab, scenario } = this
    if (scenario.given.lines !== 'free') {
      if (scenario.given.lines === 'draining') lab.registry.drain(true)
      this.states.length = 0
      lab.connection = lab.dial(callId)
    }
    const caller = new ScenarioCaller(lab)
    const durationMs = await caller.play(scenario.call)
    if (this.outcome === 'none' && lab.connection.hungUpAtMs !== undefined) this.outcome = 'busy'
    const next = lab.nextSteps.get(callId)
    return {
      texts: this.texts,
      textsIn: Object.fromEntries(this.offered.map((texts) => [texts.language, texts])),
      languages: this.languages,
      heardIn: lab.heardIn,
      warnings: this.warnings,
      durationMs,
      states: this.states,
      outcome: this.outcome,
      next: next ? `${next.verb}|${next.target}` : '',
      variables: next?.variables ?? {},
      known: lab.sessions.at(-1)?.dialogue.known,
      agent: caller.dialled.flatMap(({ connection }) => this.voice.heard(connection)),
      acts: caller.acts,
      callerTexts: this.callerTexts,
      replyMs: this.replyMs,
      bargeInsAtMs: this.bargeInsAtMs,
      calls: caller.dialled.map(({ connection, fromMs, toMs = durationMs }) => ({
        frames: connection.frames,
        ms: toMs - fromMs,
      })),
      kept: lab.kept,
      records: await this.records.all(),
      faults: [...this.faults, ...caller.faults],
    }
  }

  private note(event: CallEvent, atMs: number): void {
    switch (event.kind) {
      case 'state':
        this.states.push(event.to)
        return
      case 'said':
        if (event.entry.who === 'caller') this.callerTexts.push(event.entry.text)
        return
      case 'language':
        this.languages.push(event.language)
        return
      case 'latency':
        if (event.latency.firstFrame !== undefined) this.replyMs.push(event.latency.firstFrame)
        return
      case 'bargeIn':
        if (!event.false) this.bargeInsAtMs.push(atMs)
        return
      case 'ended':
        this.outcome = event.outcome
        return
      case 'interim':
      case 'speaking':
        return
    }
  }
}
