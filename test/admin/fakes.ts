// A fake program behind the admin app: everything is in memory, and every action is recorded in `asked`.

import type { AuditTrail } from '../../src/access/audit.ts'
import { adminHolder } from '../../src/access/scopes.ts'
import { type AdminApp, createAdmin } from '../../src/admin/app.ts'
import type { AdminBindings, AdminDeps } from '../../src/admin/deps.ts'
import type { DraftDifferences, DraftInfo } from '../../src/admin/draft-types.ts'
import type { HoursInfo } from '../../src/admin/hours-types.ts'
import type { DeskInfo } from '../../src/admin/schemas.ts'
import type { SpendingInfo } from '../../src/admin/spending-types.ts'
import { createNextSteps } from '../../src/asterisk/next-steps.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { AudioTap } from '../../src/call/sound/downlink.ts'
import type { CallRow } from '../../src/calls/rows.ts'
import type { CallInfo, PublicCallEvent } from '../../src/calls/views.ts'
import type { HistoryEntry, PhraseInfo } from '../../src/phrases/types.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { LinkCalls } from '../../src/webrtc/link-calls.ts'
import type { Links } from '../../src/webrtc/links.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

export const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'
export const otherId = '7d9a2b44-1c3e-4f60-8a11-2f4be0c39d02'
export const loopback: AdminBindings = { address: '127.0.0.1' }

export function fakeCall(id: string, change: Partial<CallInfo> = {}): CallInfo {
  return {
    id,
    startedWallMs: Date.UTC(2026, 10, 23, 9, 0, 0),
    state: 'diagnostic',
    phase: 'listening',
    turn: 4,
    speaking: 'caller',
    durationMs: 31_000,
    language: 'fr',
    languages: [{ language: 'fr', atMs: 0 }],
    desk: 'desk',
    dialled: null,
    callerNumber: null,
    callerName: null,
    adapters: { stt: 'deepgram', llm: 'groq', tts: 'openai' },
    latencies: [{ turn: 3, endpointing: 480, total: 910 }],
    transcript: [{ who: 'agent', text: 'Bonjour', atMs: 200, cut: false }],
    outcome: null,
    held: {},
    echo: null,
    recording: { policy: 'notice', choice: null, atMs: null, noticeAtMs: 12_000 },
    ...change,
  }
}

/** @param about facts that the row shares with the call */
export function fakeRow(id: string, about: Partial<CallRow> = {}): CallRow {
  const { startedWallMs, dialled, desk, language, state, phase, speaking } = { ...fakeCall(id), ...about }
  return {
    ...{ id, startedWallMs, dialled, desk, language, state, phase, speaking },
    phone: about.phone ?? null,
    name: about.name ?? null,
    topic: about.topic ?? 'internet',
    quietSinceWallMs: about.quietSinceWallMs ?? null,
    troubles: about.troubles ?? { notUnderstood: 0, silences: 0, complaints: 0, stuck: 0 },
    replyMs: about.replyMs ?? 640,
  }
}

export const fakeChange: HistoryEntry = {
  generation: 7,
  at: '2026-11-28T09:30:00.000Z',
  by: 'Marie',
  action: 'text',
  undoes: null,
  canUndo: true,
  items: [{ id: 'fr.ok', before: 'Entendu.', after: "D'accord.", soundBefore: null, soundAfter: 'pico-1' }],
  more: 0,
}

/** A draft that was published. */
const fakePublished: HistoryEntry = { ...fakeChange, generation: 8, action: 'draft' }
/** A draft that was rehearsed on the calls of {@link fakeDifferences}. */
export const fakeDraft: DraftInfo = {
  ...{ base: 7, generation: 7, items: fakeChange.items },
  rehearsal: { phase: 'done', total: 413, calls: 412, differ: 2, left: 1, reason: null },
}
export const fakeDifferences: DraftDifferences = {
  differ: [
    { call: callId, what: 'said', atMs: 41_000, was: 'agent: Entendu.', is: "agent: D'accord." },
    { call: otherId, what: 'outcome', atMs: 95_000, was: 'goodbye', is: null },
  ],
  left: [{ call: otherId, reason: 'its inputs are of another version, or torn' }],
}

export const fakeSpending: SpendingInfo = {
  ...{ day: '2026-11-28', timeZone: 'Europe/Paris', currency: 'USD' },
  ...{ spent: 0.42, budget: 5, isSpent: false },
  uses: [
    {
      ...{ vendor: 'groq', model: 'openai/gpt-oss-20b', prompt: 100_000, cached: 0, completion: 4_000 },
      ...{ estimated: 1_200, characters: 0, seconds: 0, cost: 0.42 },
    },
    {
      ...{ vendor: 'deepgram', model: 'nova-9', prompt: 0, cached: 0, completion: 0, estimated: 0 },
      ...{ characters: 0, seconds: 90, cost: null },
    },
  ],
}

const ofSettings = (value: string) => ({ value, setting: value, source: 'settings' as const })
export const fakeHours: HoursInfo = {
  hours: { value: 'lun-ven 9h-18h', setting: 'mo-sa 08:00-20:00', source: 'site' },
  exceptions: ofSettings('2026-12-24 9h-16h'),
  message: ofSettings(''),
  until: ofSettings(''),
  version: 3,
  isOpen: true,
  decides: true,
  sentence: 'Nos techniciens répondent du lundi au vendredi, de neuf heures à dix-huit heures.',
  isMessageOn: false,
  language: 'fr',
}

/** WebRTC that answers everything. @param asked what it was asked */
export const fakeWebrtc = (links: Links, asked: string[] = []): AdminDeps['webrtc'] => ({
  links,
  linkCalls: new LinkCalls(links, 20),
  async begin(_sdp, { address, language }) {
    asked.push(`begin ${address} ${language}`)
    return { ok: true, id: 'the-call', answer: 'the answer' }
  },
  async move(id, _sdp, address) {
    asked.push(`move ${id} ${address}`)
    return { ok: true, id, answer: 'the answer' }
  },
  has: (id) => id === 'the-call',
  trickle(id, fragment) {
    if (id !== 'the-call') return 'unknown_call'
    if (!fragment.includes('ice-ufrag')) return 'bad_fragment'
    return fragment.includes('ice-ufrag:abcd') ? 'taken' : 'restart'
  },
  end(id) {
    asked.push(`end ${id}`)
    return id === 'the-call'
  },
  iceServers: () => [
    { urls: 'stun:a.example' },
    { urls: 'turn:b.example', username: '8200:voicebot', credential: 'c=' },
  ],
})

/** What `ask` sends when the test gives no token of its own. */
export const fakeToken = 'the-token-of-every-fake-program'

export const fakeDesk: DeskInfo = {
  generation: 1,
  topics: [
    {
      ...{ name: 'internet', label: 'Internet', key: '1' },
      symptoms: [{ name: 'wifi', label: 'Wi-Fi', key: '3' }],
    },
  ],
  steps: [],
  notes: [],
}

/** What a desk makes of a sentence, at two of its questions. */
const triesOf = (text: string) =>
  ['open', 'step'].map((question) => ({
    ...{ question, asks: 'Est-ce que ça marche maintenant ?', says: 'Débranchez votre box dix secondes.' },
    understood: { intent: 'stuck', topic: 'internet' },
    next: question === 'open' ? 'step' : null,
    why: [{ rule: 'stuck.still-not', words: text }],
    reader: 'stuck 0.93, decided',
  }))

/**
 * @param change with `token`, that one may do everything, and `ask` sends none by itself; calls that a test puts into
 *   `live` exist
 */
export function fakeProgram({
  token,
  live = new Map(),
  ...change
}: Partial<AdminDeps> & { token?: string; live?: Map<string, CallInfo> } = {}) {
  const clock = new FakeClock()
  const asked: string[] = []
  const audited: Parameters<AuditTrail['record']>[0][] = []
  live.set(callId, fakeCall(callId))
  const listeners = new Map<(event: PublicCallEvent) => void, string>()
  const audio = new Set<AudioTap>()
  const phrases: PhraseInfo[] = [
    {
      name: 'ok',
      language: 'fr',
      text: "D'accord.",
      durationMs: 20,
      source: 'file',
      generation: 1,
      bytes: 320,
      version: 0,
    },
  ]
  let draining = false
  const act = (what: string) => (id: string, text?: string) => {
    if (!live.has(id)) return false
    asked.push(text === undefined ? what : `${what} ${text}`)
    return true
  }
  const deps: AdminDeps = {
    clock,
    log: silentLog,
    metrics: new Metrics(),
    version: '0.1.0',
    tokens: { holderOf: (given) => (given === (token ?? fakeToken) ? adminHolder : undefined) },
    audit: {
      async record(entry) {
        audited.push(entry)
      },
      newest: async () => [],
    },
    proxyFrom: [],
    publicHosts: [],
    calls: {
      list: () => [...live.values()],
      get: (id) => live.get(id),
      rows: () => [...live.values()].map((call) => fakeRow(call.id, call)),
      row: (id) => live.get(id) && fakeRow(id, live.get(id)),
      subscribe(id, listener) {
        listeners.set(listener, id)
        return () => void listeners.delete(listener)
      },
      isBeingWritten: (id) => live.get(id)?.outcome === null,
      hangUp: act('hangUp'),
      transfer: act('transfer'),
      say: act('say'),
      hint: (id, text) => (live.has(id) ? act('hint')(id, text) : undefined),
      takeOver: (id, ended) =>
        live.has(id)
          ? {
              audio: (frame) => asked.push(`audio ${frame[0]}`) > 0,
              handBack(lost) {
                asked.push(lost ? 'lost' : 'handback')
                ended()
              },
            }
          : undefined,
      listen(id, listener) {
        if (!live.has(id)) return undefined
        audio.add(listener)
        return () => void audio.delete(listener)
      },
    },
    desk: {
      info: async () => fakeDesk,
      reload: async () => ({ ok: true, generation: 2, topics: 3, steps: 11 }),
      try: async (text) => ({ ok: true, tries: triesOf(text) }),
    },
    phrases: {
      list: () => phrases,
      samples: (name, language) =>
        name === 'ok' && language === 'fr' ? new Int16Array(160).fill(1_000) : undefined,
      reload: async () => ({ ok: true, generation: 2, phrases: 1 }),
      put: async (name, language, text) => {
        asked.push(`put ${language} ${name} ${text}`)
        return { ok: true, generation: 3, phrases: 1 }
      },
      preview: async (_name, _language, text) => {
        asked.push(`preview ${text}`)
        return { ok: true, samples: new Int16Array(320).fill(500) }
      },
      previewSound: async (file) => {
        asked.push(`preview of ${file.length} bytes`)
        return { ok: true, samples: new Int16Array(320).fill(500) }
      },
      putSound: async (name, language, file, { by, version }) => {
        asked.push(`sound ${language} ${name} ${file.length} bytes by ${by} on ${version}`)
        return { ok: true, generation: 4, phrases: 1 }
      },
      history: async () => [asked.some((one) => one.startsWith('publish')) ? fakePublished : fakeChange],
      undo: async (generation, by) => {
        asked.push(`undo ${generation} by ${by}`)
        return { ok: true, generation: 5, phrases: 1 }
      },
    },
    voice: () => ({
      ...{ voice: 'aura/agathe', onAir: false, phase: 'speaking', phrases: 301, done: 12 },
      cost: '9000 characters, about 0.15 USD',
    }),
    spending: () => fakeSpending,
    hours: {
      read: () => fakeHours,
      change: async (values, { by, version }) => {
        asked.push(`hours ${JSON.stringify(values)} by ${by} on ${version}`)
        return { ok: true, generation: 6, phrases: 1 }
      },
    },
    draft: {
      read: async () => fakeDraft,
      putText: async (name, language, text) => {
        asked.push(`draft ${language} ${name} ${text}`)
        return name === 'ok' ? { ok: true } : { ok: false, code: 'unknown', problems: ['there is no phrase'] }
      },
      putDocument: async (id, text) => {
        asked.push(`draft ${id} ${text}`)
        return id.startsWith('prompts/') ? { ok: true } : { ok: false, problems: [`${id}: is no document`] }
      },
      putSaying: async (said, means, language) => {
        asked.push(`saying ${language ?? 'default'}: ${said} = ${means}`)
        return { ok: true }
      },
      remove: async (id) => asked.push(`remove ${id}`) > 0 && id === 'fr.ok',
      discard: async () => void asked.push('discard'),
      rehearse: async (last) => asked.push(`rehearse ${last}`) > 0 && last !== 7,
      differences: () => fakeDifferences,
      publish: async (by) => {
        asked.push(`publish by ${by}`)
        return { ok: true, generation: 8, phrases: 1 }
      },
    },
    recordings: createRecordings('/nonexistent'),
    decodeStereo: async () => new Int16Array(0),
    async erase(phone) {
      asked.push(`erase ${phone}`)
      return { erased: [otherId], recordings: 1, live: [callId], unmatched: 3 }
    },
    async access(phone) {
      asked.push(`access ${phone}`)
      return { recordings: [], calls: [...live.values()], nextSteps: [], unwritten: [] }
    },
    forget: (id) => void (live.get(id)?.outcome == null || live.delete(id)),
    nextSteps: createNextSteps({ clock }),
    asteriskAllows: (address) => address === '127.0.0.1',
    drain: {
      get draining() {
        return draining
      },
      start: () => {
        draining = true
      },
      stop: () => {
        draining = false
      },
    },
    languages: ['fr', 'en'],
    readiness: () => ({ ready: true, degraded: [] }),
    ...change,
  }
  const app: AdminApp = createAdmin(deps)
  const emit = (event: PublicCallEvent) => {
    for (const [listener, id] of listeners) if (id === 'all' || id === event.callId) listener(event)
  }
  const ask = (path: string, init: RequestInit = {}, bindings: AdminBindings = loopback) => {
    const headers = new Headers(init.headers)
    if (token === undefined && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${fakeToken}`)
    return Promise.resolve(app.request(`http://127.0.0.1:8080${path}`, { ...init, headers }, bindings))
  }
  return { app, ask, asked, audited, audio, clock, deps, emit, listeners, live }
}
