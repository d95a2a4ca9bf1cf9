// The calls of the other machines, for the operator: list, look, act, follow, listen, speak. Each request goes to the
// machines themselves, signed; Redis has no part in it, so that it works while Redis is gone. An action is done by the
// machine that has the call, and by no other.

import type { Clock, Timer } from '../base/clock.ts'
import type { Member, Members } from './members.ts'
import { isRecord, type Peers } from './peers.ts'

export type Action = 'hangup' | 'transfer' | 'say' | 'hint'
export type ActionResult = 'done' | 'ended' | 'noModel'

export type RemoteCalls = {
  /** What each other machine lists, as JSON. Machines that do not answer in time are left out. */
  list(): Promise<unknown[]>
  get(callId: string): Promise<unknown>
  /** @returns what the machine with the call answered; undefined when no machine has it */
  act(callId: string, action: Action, body?: unknown): Promise<ActionResult | undefined>
  /** The events of all their calls, as JSON. @returns a stop function */
  follow(listener: (event: unknown) => void): () => void
  /**
   * The changes of their rows in the operator's table, as JSON.
   *
   * @param listener gets undefined for a machine whose stream has ended
   * @returns a stop function
   */
  followRows(listener: (machine: string, batch: unknown) => void): () => void
  /** The live call on the machine that has it; undefined when none has. */
  find(callId: string): Promise<RemoteCall | undefined>
}

export type RemoteCall = {
  /** `supervised` while a supervisor speaks in the bot's place. */
  phase: unknown
  /** Opens a WebSocket: the sound of both sides, or a supervisor's voice. */
  open(what: 'listen' | 'takeover'): WebSocket
}

/** While somebody follows, a machine whose stream broke is followed again at most this much later. */
const lookEveryMs = 2_000
/** A stream without a byte for this long is dead; the other machine sends a ping every 8 s. */
const silentMs = 20_000

export function createRemoteCalls(
  clock: Clock,
  members: Pick<Members, 'others' | 'onChange'>,
  peers: Pick<Peers, 'askAll' | 'signature'>,
): RemoteCalls {
  const found = async (path: string, ask = {}) => (await peers.askAll(path, ask)).map(({ json }) => json)
  const live = (json: Record<string, unknown>) => json.outcome === null
  const get = async (callId: string) => {
    const answers = await found(`/cluster/calls/${callId}`)
    return answers.find(live) ?? answers[0]
  }
  return {
    async list() {
      const lists = await found('/cluster/calls')
      return lists.flatMap(({ calls }) => (Array.isArray(calls) ? calls.filter(isRecord) : []))
    },
    get,
    async act(callId, action, body) {
      const answers = await found(`/cluster/calls/${callId}/${action}`, { method: 'POST', body: body ?? {} })
      const results = answers.map(({ result }) => result)
      return (['done', 'ended'] as const).find((result) => results.includes(result))
    },
    follow: (listener) =>
      followAll(clock, members, peers, '/cluster/events', (_, event) => {
        if (event !== undefined) listener(event)
      }),
    followRows: (listener) => followAll(clock, members, peers, '/cluster/live', listener),
    async find(callId) {
      const path = `/cluster/calls/${callId}`
      const found = (await peers.askAll(path)).find(({ json }) => live(json))
      if (found === undefined) return undefined
      return {
        phase: found.json.phase,
        open(what) {
          const authorization = peers.signature('GET', `${path}/${what}`)
          const url = `${found.member.url.replace(/^http/, 'ws')}${path}/${what}`
          return new WebSocket(url, { headers: { authorization } })
        },
      }
    },
  }
}

function followAll(
  clock: Clock,
  members: Pick<Members, 'others' | 'onChange'>,
  peers: Pick<Peers, 'signature'>,
  path: string,
  listener: (machine: string, event: unknown) => void,
): () => void {
  const followed = new Map<string, AbortController>()
  let timer: Timer | undefined
  let stopped = false
  const follow = async (member: Member) => {
    const controller = new AbortController()
    followed.set(member.id, controller)
    await readEvents(peers, member, path, controller, (event) => listener(member.id, event))
    followed.delete(member.id)
    if (!stopped) listener(member.id, undefined)
  }
  const look = () => {
    const others = members.others()
    for (const member of others) if (!followed.has(member.id)) void follow(member)
    // One that froze or lost its power does not close its stream.
    const living = new Set(others.map(({ id }) => id))
    for (const [id, controller] of followed) if (!living.has(id)) controller.abort()
  }
  const lookLater = () => {
    look()
    timer = clock.at(clock.now() + lookEveryMs, lookLater)
  }
  const unsubscribe = members.onChange(look)
  lookLater()
  return () => {
    stopped = true
    unsubscribe()
    timer?.cancel()
    for (const controller of followed.values()) controller.abort()
  }
}

/** Resolves when the stream has ended, for whatever reason. */
async function readEvents(
  peers: Pick<Peers, 'signature'>,
  member: Member,
  path: string,
  controller: AbortController,
  listener: (event: unknown) => void,
): Promise<void> {
  let silence = setTimeout(() => controller.abort(), silentMs)
  try {
    const headers = { authorization: peers.signature('GET', path) }
    const answer = await fetch(member.url + path, { headers, signal: controller.signal, redirect: 'error' })
    if (!answer.ok || answer.body === null) return
    let rest = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(silence)
      silence = setTimeout(() => controller.abort(), silentMs)
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) listener(JSON.parse(line.slice(6)))
    }
  } catch {
    // The machine is gone, or nobody follows any more.
  } finally {
    clearTimeout(silence)
  }
}
