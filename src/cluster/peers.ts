// Asks other machines over HTTP, signed with the cluster's key. A machine that does not answer in time counts as gone.

import type { Clock } from '../base/clock.ts'
import type { Member, Members } from './members.ts'
import type { Secrets } from './secrets.ts'

/** Within this time, in ms, another machine answers or counts as gone. */
export const peerMs = 300

export type Ask = { method?: string; body?: unknown; withinMs?: number; signal?: AbortSignal }

export type Peers = {
  /** @param path with its query @returns undefined when no answer came */
  ask(member: Pick<Member, 'url'>, path: string, ask?: Ask): Promise<Response | undefined>
  /** Asks all others at once. @returns the objects of those that answered 200 in time, by their machine */
  askAll(path: string, ask?: Ask): Promise<{ member: Member; json: Record<string, unknown> }[]>
  /** The header that signs a request of this machine. */
  signature(method: string, path: string): string
}

export const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** @param usualMs for requests that have no deadline of their own */
export function createPeers(clock: Clock, secrets: Secrets, members: Members, usualMs = peerMs): Peers {
  const signature = (method: string, path: string) => secrets.sign(method, path, clock.wallMs())
  const ask: Peers['ask'] = async (
    { url },
    path,
    { method = 'GET', body, withinMs = usualMs, signal } = {},
  ) => {
    const late = AbortSignal.timeout(withinMs)
    try {
      return await fetch(url + path, {
        method,
        redirect: 'error',
        headers: {
          authorization: signature(method, path),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, late]) : late,
      })
    } catch {
      return undefined
    }
  }
  const askJson = async (member: Member, path: string, options: Ask) => {
    try {
      const answer = await ask(member, path, options)
      if (!answer?.ok) return undefined
      const json: unknown = await answer.json()
      return isRecord(json) ? { member, json } : undefined
    } catch {
      // It was cut off in the middle of its answer.
      return undefined
    }
  }
  return {
    ask,
    signature,
    async askAll(path, options = {}) {
      const answers = await Promise.all(members.others().map((member) => askJson(member, path, options)))
      return answers.filter((answer) => answer !== undefined)
    },
  }
}
