// The parts of a call that was on several machines: after the death of one of them, or a queue. Each part has a
// recording of its own, on its machine; here they are links to each other.

import { post } from './api.ts'
import { button, hostOf, localTime, texts } from './dom.ts'
import { h } from './elements.ts'
import { type Found, isSame, type Page, type Parts, type Playable } from './found.ts'

/** The parts of a recording's call, the first one first; none where it is whole. */
export async function partsOf({ record }: Playable): Promise<Parts> {
  if (record.partBefore === undefined && record.partAfter === undefined) return { parts: [], missing: [] }
  const answer = await post('/api/recordings/search', { callId: record.callId })
  const { recordings, missing = [] } = (await answer.json()) as Page
  return { parts: recordings.reverse(), missing }
}

/** A button for each part. @param open plays another one */
export function partsView(found: Playable, { parts, missing }: Parts, open: (part: Found) => Promise<void>) {
  const away = missing.filter((url) => url === found.record.partBefore || url === found.record.partAfter)
  if (parts.length < 2 && away.length === 0) return []
  const buttons = parts.map((part, i) => {
    const name = `${i + 1} · ${localTime(part.record.startedAt)} · ${hostOf(part.machine ?? '')}`
    return button(name, () => open(part), { class: 'quiet', 'aria-current': isSame(part, found) && 'true' })
  })
  const off = away.map((url) => h('span', { class: 'bad' }, `${hostOf(url)} ${texts.partAway}`))
  return [
    h('nav', { class: 'row', 'aria-label': texts.parts }, h('small', {}, texts.parts), ...buttons, ...off),
  ]
}
