// Whether the server can take a call, from the state of its parts. A part that calls do not depend on does not make the
// server unready; it is listed as degraded, so that someone looks at it.

import type { Room } from '../access/agent-line.ts'
import type { Readiness } from './deps.ts'

export type Parts = {
  /** Size of the pool of audio workers, and how many of them are down because they keep crashing. */
  audio: { size: number; readonly down: number }
  judge: { readonly isDown: boolean } | undefined
  /** The thread of the recognisers; undefined when no recogniser that hears words is in use. */
  ears: { readonly isDown: boolean } | undefined
  /** The embedded voice: `only` when it is down and there is no other voice, `standIn` when other voices speak. */
  readonly voiceDown: 'only' | 'standIn' | undefined
  /** A server without room still answers: callers hear the busy phrase, and go to the queue. */
  room: Pick<Room, 'live' | 'places' | 'most'>
  /** False while a machine of a cluster carries out erasures that it missed. */
  isErased?: boolean | undefined
  /** False while a machine of a cluster takes over what others changed of the site. */
  isCaughtUp?: boolean | undefined
  /** Sentences about whatever else is impaired. */
  degraded: Iterable<string>
}

export function readinessOf({
  audio,
  judge,
  ears,
  voiceDown,
  room,
  degraded: others,
  isErased,
  isCaughtUp,
}: Parts): Readiness {
  if (isErased === false)
    return { ready: false, reason: 'erasures: what other machines erased meanwhile is being erased here' }
  if (isCaughtUp === false)
    return { ready: false, reason: 'site: what other machines changed meanwhile is being taken over' }
  if (audio.down === audio.size)
    return { ready: false, reason: `audio workers: all ${audio.size} are down, so no audio can be decoded` }
  if (voiceDown === 'only')
    return { ready: false, reason: 'embedded voice: its thread is down, and there is no other voice' }
  const degraded: string[] = []
  if (audio.down > 0) degraded.push(`audio workers: ${audio.down} of ${audio.size} are down`)
  if (voiceDown === 'standIn') degraded.push('embedded voice: its thread is down, other voices speak')
  if (judge?.isDown) degraded.push('voice judge: its thread is down, energy alone decides who speaks')
  if (ears?.isDown)
    degraded.push('recognisers: their thread is down, callers are led by keys until it works again')
  if (room.live >= room.places) {
    const late = room.places < room.most ? `, of ${room.most} while it is not late` : ''
    degraded.push(`calls: all ${room.places} places are taken${late}; more callers go to the queue`)
  }
  degraded.push(...others)
  return { ready: true, degraded }
}
