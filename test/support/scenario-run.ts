// Plays a scenario on the lab's clock, and notes what a caller would have noticed: words and times from the wire,
// states and outcome from the call's own events. Whether that is as expected is scenario-check.ts's business.

import { ProviderError } from '../../src/base/errors.ts'
import { createLog } from '../../src/base/log.ts'
import type { CallEvent } from '../../src/call/events.ts'
import { agentDefaults } from '../../src/call/machine.ts'
import type { Technicians } from '../../src/call/thinker.ts'
import { parseTemplates } from '../../src/dialogue/prompt.ts'
import { parseTexts, type Texts } from '../../src/dialogue/script.ts'
import type { Known } from '../../src/dialogue/types.ts'
import { CallLab, type LabConnection } from './call-lab.ts'
import type { FakeClock } from './fake-clock.ts'
import type { Scenario, Step } from './scenario-file.ts'
import { createModel, pause } from './scenario-model.ts'
import { type HeardLine, MarkedVoice } from './scenario-wire.ts'

export type CallerAct = { what: string; fromMs: number; toMs: number }

/** Everything noted of a call; times in milliseconds since the first call of the scenario began. */
export type Played = {
  texts: Texts
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
  audibleAtMs: number[]
  frames: number
  /** Errors in the log, and steps of the scenario that could not be played. */
  faults: string[]
}

const callId = '6f1f7a5e-2f54-4c0e-9d0b-0a4f5b8c1d22'
/** A caller answers this long after the agent fell silent, unless the scenario says otherwise. */
const reactionMs = 400
/** Nothing said by the agent for so long after the caller's act: it has nothing to say. */
const unansweredMs = 5_000
/** A call whose script is over must come to its end by itself within this time. */
const patienceMs = 300_000

const asset = (path: string) => Bun.file(new URL(`../../assets/${path}`, import.meta.url))
const textsOf = {
  fr: parseTexts(await asset('phrases/fr.json').json()),
  en: parseTexts(await asset('phrases/en.json').json()),
}
const templatesOf = {
  fr: parseTemplates(await asset('prompts/fr.md').text()),
  en: parseTemplates(await asset('prompts/en.md').text()),
}

/** Plays a scenario to its end. @throws never for what the call does; that is what `Played` tells */
export async function play(scenario: Scenario): Promise<Played> {
  return new Stage(scenario).play()
}

class Stage {
  private readonly lab: CallLab
  private readonly voice: MarkedVoice
  private readonly connections: LabConnection[] = []
  private readonly acts: CallerAct[] = []
  private readonly faults: string[] = []
  private readonly states: string[] = []
  private readonly callerTexts: string[] = []
  private readonly replyMs: number[] = []
  private readonly bargeInsAtMs: number[] = []
  private outcome = 'none'
  private actedMs = 0
  private readonly texts: Texts

  constructor(private readonly scenario: Scenario) {
    const { given } = scenario
    this.texts = textsOf[given.language]
    let clock: FakeClock | undefined
    const clockOf = (): FakeClock => {
      if (clock === undefined) throw new Error('the lab has no clock yet')
      return clock
    }
    this.voice = new MarkedVoice(this.texts, given.cache, given.voice, () => this.lab.clock)
    const { log } = createLog({
      level: 'error',
      showPrivate: false,
      write: (entry: string) => this.faults.push(`error in the log: ${entry.trim()}`),
    })
    this.lab = new CallLab(
      {
        hearsWords: given.hears === 'words',
        texts: this.texts,
        maxCalls: given.lines === 'all taken' ? 1 : 10,
        agent: { ...agentDefaults, maxCallMs: given.max_call_s * 1_000 },
        tts: this.voice.tts,
        phrases: this.voice.phrases,
        log,
        tap: (event, atMs) => this.note(event, atMs),
        session: {
          convert: this.voice.convert,
          technicians: technicians(given, clockOf),
          model:
            given.llm.length === 0
              ? undefined
              : { llm: createModel(given.llm, clockOf), templates: templatesOf[given.language] },
        },
      },
      given.lines === 'free' ? callId : '00000000-0000-4000-8000-000000000000',
    )
    clock = this.lab.clock
  }

  async play(): Promise<Played> {
    const { lab, scenario } = this
    if (scenario.given.lines !== 'free') {
      if (scenario.given.lines === 'draining') lab.registry.drain(true)
      this.states.length = 0
      lab.connection = lab.dial(callId)
    }
    this.connections.push(lab.connection)
    let number = 0
    for (const step of scenario.call) {
      number++
      await this.until(step, number)
      if (this.gone && step.does !== 'calls again') {
        this.faults.push(`step ${number} (${nameOf(step)}): the call was over already`)
        break
      }
      await this.act(step)
      if (step.silent === undefined) this.actedMs = lab.nowMs
    }
    const end = lab.nowMs + patienceMs
    while (!this.gone && lab.nowMs < end) await lab.run(100)
    if (!this.gone) this.faults.push(`the call did not end within ${patienceMs / 1_000} s of the last step`)
    const endedMs = lab.connection.hungUpAtMs ?? lab.nowMs
    if (lab.connection.hungUpAtMs !== undefined && this.outcome === 'none') this.outcome = 'busy'
    const next = lab.nextSteps.get(callId)
    return {
      texts: this.texts,
      durationMs: endedMs,
      states: this.states,
      outcome: this.outcome,
      next: next ? `${next.verb}|${next.target}` : '',
      variables: next?.variables ?? {},
      known: lab.sessions.at(-1)?.known,
      agent: this.connections.flatMap((connection) => this.voice.heard(connection)),
      acts: this.acts,
      callerTexts: this.callerTexts,
      replyMs: this.replyMs,
      bargeInsAtMs: this.bargeInsAtMs,
      audibleAtMs: this.connections.flatMap((connection) => connection.audibleAtMs),
      frames: this.connections.reduce((sum, { frames }) => sum + frames, 0),
      faults: this.faults,
    }
  }

  /** The phone's end of the call is over. */
  private get gone(): boolean {
    return this.lab.connection.hungUpAtMs !== undefined || this.lab.connection.listener === undefined
  }

  private note(event: CallEvent, atMs: number): void {
    switch (event.kind) {
      case 'state':
        this.states.push(event.to)
        return
      case 'said':
        if (event.entry.who === 'caller') this.callerTexts.push(event.entry.text)
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

  private async until(step: Step, number: number): Promise<void> {
    const { lab } = this
    if (step.does === 'calls again') {
      await this.untilGone()
      await lab.run((step.wait ?? 20) * 1_000)
      return
    }
    if (step.at !== undefined) {
      const waitMs = step.at * 1_000 - lab.nowMs
      if (waitMs < 0)
        this.faults.push(
          `step ${number} (${nameOf(step)}): ${step.at} s is past, it is ${seconds(lab.nowMs)} s`,
        )
      else await lab.run(waitMs)
      return
    }
    const after = step.after ?? (step.wait === undefined ? 'agent' : undefined)
    if (after === 'agent speaks') await this.untilSpeaks()
    if (after === 'agent') await this.untilAnswered()
    await lab.run(step.wait === undefined ? (after === 'agent' ? reactionMs : 0) : step.wait * 1_000)
  }

  /** The agent has said something since the caller's last act, and is silent; or it has nothing to say. */
  private async untilAnswered(): Promise<void> {
    const { lab } = this
    const giveUpMs = lab.nowMs + unansweredMs
    const answered = () => (lab.connection.audibleAtMs.at(-1) ?? -1) >= this.actedMs
    while (!answered() && !this.gone && lab.nowMs < giveUpMs) await lab.run(20)
    while (lab.info?.phase !== 'listening' && !this.gone && lab.nowMs < this.actedMs + 60_000)
      await lab.run(20)
  }

  private async untilSpeaks(): Promise<void> {
    const before = this.lab.connection.audibleAtMs.length
    const end = this.lab.nowMs + 20_000
    while (this.lab.connection.audibleAtMs.length === before && !this.gone && this.lab.nowMs < end)
      await this.lab.run(20)
  }

  private async untilGone(): Promise<void> {
    const end = this.lab.nowMs + patienceMs
    while (!this.gone && this.lab.nowMs < end) await this.lab.run(20)
  }

  private async act(step: Step): Promise<void> {
    const { lab } = this
    const fromMs = lab.nowMs
    const noted = (what: string, toMs = lab.nowMs) => this.acts.push({ what, fromMs, toMs })
    if (step.says !== undefined) {
      const ms =
        Math.round((step.for === undefined ? 400 + step.says.length * 60 : step.for * 1_000) / 40) * 40
      noted(step.says, fromMs + ms)
      await lab.says(step.says, ms)
    } else if (step.mumbles !== undefined) {
      noted('(mumbles)', fromMs + step.mumbles * 1_000)
      await lab.mumbles(step.mumbles * 1_000)
    } else if (step.keys !== undefined) {
      noted(`(keys ${step.keys})`, fromMs + Math.max(0, step.keys.length - 1) * step.every * 1_000)
      for (const [i, key] of [...step.keys].entries()) {
        if (i > 0) await lab.run(step.every * 1_000)
        lab.key(key as '0')
      }
    } else if (step.silent !== undefined) await lab.run(step.silent * 1_000)
    else if (step.operator !== undefined) {
      noted('(the operator acts)')
      const id = lab.connection.callId
      if (step.operator === 'transfer') lab.registry.transfer(id)
      else if (step.operator === 'hang up') lab.registry.hangUp(id)
      else lab.registry.say(id, step.operator.says)
    } else if (step.does !== undefined) this.deed(step.does)
  }

  private deed(does: NonNullable<Step['does']>): void {
    const { lab } = this
    this.acts.push({ what: `(${does})`, fromMs: lab.nowMs, toMs: lab.nowMs })
    switch (does) {
      case 'hangs up':
        lab.hangUp()
        lab.connection.listener = undefined
        return
      case 'loses the line':
        lab.connection.destroy('peer stalled')
        lab.connection.listener = undefined
        return
      case 'calls again':
        this.outcome = 'none'
        lab.connection = lab.dial(lab.connection.callId)
        this.connections.push(lab.connection)
        return
      case 'server drains':
        lab.registry.drain(true)
        return
      case 'server stops':
        lab.registry.drain(true)
        lab.registry.goodbyeAll()
        return
    }
  }
}

function technicians(given: Scenario['given'], clock: () => FakeClock): Technicians {
  return async () => {
    if (given.technician_after > 0) await pause(clock(), given.technician_after)
    switch (given.technician) {
      case 'free':
        return { available: true }
      case 'none':
        return { available: false, opens: given.opens }
      case 'unreachable':
        throw new ProviderError('unavailable', 'the queue does not answer')
      case 'silent':
        return new Promise(() => {})
    }
  }
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

const nameOf = (step: Step): string =>
  step.says ?? (step.keys === undefined ? (step.does ?? Object.keys(step).join(' ')) : `keys ${step.keys}`)
