// What a browser sends besides sound, on the data channel of WebRTC and on the page's WebSocket: a key, or a turn that
// the caller typed. Any text is taken; what is not a message is undefined.

import { isKey, type Key } from '../base/keys.ts'

export type CallerMessage = { kind: 'key'; key: Key } | { kind: 'text'; text: string }

/** Longer turns are cut: nobody types more in one go, and the language model reads it all. */
export const maxTypedLength = 500
/** With room for escapes. */
const maxMessageLength = 4_000
/** A person types fewer turns than this. Further ones are dropped. */
export const typedTurns = { burst: 5, perS: 1 } as const
/** As on the wire (audiosocket/rate-limits.ts): nobody presses keys faster. Further keys are dropped. */
export const pressedKeys = { burst: 40, perS: 20 } as const

/** @param text `5`, `{"type":"key","key":"5"}` or `{"type":"text","text":"…"}` */
export function readCallerMessage(text: string): CallerMessage | undefined {
  if (isKey(text)) return { kind: 'key', key: text }
  if (text.length > maxMessageLength || !text.startsWith('{')) return undefined
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return undefined
  }
  const { type, key, text: typed } = given as Record<string, unknown>
  if (type === 'key') return typeof key === 'string' && isKey(key) ? { kind: 'key', key } : undefined
  if (type !== 'text' || typeof typed !== 'string') return undefined
  const clean = typed
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, maxTypedLength)
  return clean === '' ? undefined : { kind: 'text', text: clean }
}
