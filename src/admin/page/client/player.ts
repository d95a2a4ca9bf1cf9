// Plays a recording: the waveform of both sides, and its transcript, in which a click plays from there. A part of a
// call that another machine began is heard together with the part before it, where that machine answers.

import type { CallRecord } from '../../../recording/files.ts'
import { ask } from './api.ts'
import { partsOf, partsView } from './call-parts.ts'
import { consentText } from './consent.ts'
import { button, localTime, run, texts } from './dom.ts'
import { clockTime, h } from './elements.ts'
import { type Playable, pathOf } from './found.ts'
import { joined, partBefore, type Sound, wavOf } from './joined.ts'
import { traceView } from './trace.ts'
import { drawWhole, wholeWave } from './wave.ts'

let closeOpen = () => {}

/** Closes the recording that is open; does nothing where none is. */
export const closePlayer = (): void => closeOpen()

/** @param box where the player opens, in place of the one that is open @param fromMs plays from there */
export async function play(found: Playable, box: HTMLElement, fromMs?: number): Promise<void> {
  closePlayer()
  const { record, audio } = found
  const sound = h('audio', { controls: true })
  const canvas = h('canvas', { width: 1_120, height: 140, class: 'seek' })
  /** Where this part begins in the sound. */
  let startMs = 0
  const seek = (ms: number) => {
    sound.currentTime = Math.max(0, startMs + ms) / 1_000
    return sound.play()
  }
  const lines = record.transcript.map((line) => ({ line, item: lineButton(line, seek) }))
  const list =
    lines.length > 0 ? h('ol', { class: 'lines long' }) : h('p', { class: 'empty' }, texts.noTranscript)
  for (const { item } of lines) list.append(h('li', { class: item.className }, item))
  const head = h(
    'header',
    { class: 'row' },
    h('strong', {}, localTime(record.startedAt)),
    h('code', {}, record.id.slice(0, 8)),
    h('span', { class: 'grow' }),
    button(texts.close, closePlayer, { class: 'quiet' }),
  )
  const seekInTrace = audio === 'none' ? undefined : (ms: number) => void run(undefined, () => seek(ms))
  box.replaceChildren(
    head,
    h('small', { class: 'fact' }, consentText(record.recording)),
    ...(audio === 'none' ? [h('p', { class: 'empty' }, texts.audioNotKept)] : [canvas, sound]),
    list,
    ...(record.transcript.length > 0 ? [traceView(record, seekInTrace)] : []),
  )
  box.hidden = false
  let isOpen = true
  closeOpen = () => {
    isOpen = false
    sound.pause()
    URL.revokeObjectURL(sound.src)
    box.hidden = true
    closeOpen = () => {}
  }
  box.scrollIntoView({ block: 'nearest' })
  const parts = await partsOf(found)
  if (!isOpen) return
  head.after(...partsView(found, parts, (part) => play(part, box)))
  if (audio === 'none') return
  const whole = await soundOf(found, partBefore(found, parts))
  if (!isOpen) return
  startMs = whole.startMs
  sound.src = URL.createObjectURL(whole.blob)
  const { left, right } = whole.decoded
  const seconds = left.length / 8_000
  const wave = wholeWave(left, right, 560)
  const show = () => {
    drawWhole(canvas, wave, sound.currentTime / seconds)
    const nowMs = sound.currentTime * 1_000 - startMs
    const current = lines.findLast(({ line }) => line.atMs <= nowMs)
    for (const { item } of lines) item.classList.toggle('now', item === current?.item && !sound.paused)
    if (current && !sound.paused) keepInSight(list, current.item)
  }
  sound.ontimeupdate = show
  sound.onseeked = show
  canvas.onclick = ({ offsetX }) => {
    sound.currentTime = (offsetX / canvas.clientWidth) * seconds
  }
  show()
  await (fromMs === undefined ? sound.play() : seek(fromMs))
}

/** @returns the sound of a recording, with that of the part before it; `startMs`: where its own begins */
async function soundOf(found: Playable, before: Playable | undefined) {
  const blob = await fetchSound(found)
  const own = await decode(blob)
  // Its machine may be off: then this part is heard alone.
  const first =
    before &&
    (await fetchSound(before)
      .then(decode)
      .catch(() => undefined))
  if (before === undefined || first === undefined) return { blob, decoded: own, startMs: 0 }
  const startMs = Date.parse(found.record.startedAt) - Date.parse(before.record.startedAt)
  const decoded = joined(first, own, startMs)
  return { blob: wavOf(decoded), decoded, startMs }
}

const fetchSound = async (found: Playable) =>
  (await ask(pathOf(found, found.audio === 'raw' ? '.wav' : '.mp3'))).blob()

async function decode(blob: Blob): Promise<Sound> {
  const decoded = await new OfflineAudioContext(2, 1, 8_000).decodeAudioData(await blob.arrayBuffer())
  const left = decoded.getChannelData(0)
  return { left, right: decoded.numberOfChannels > 1 ? decoded.getChannelData(1) : left }
}

/** Scrolls only the list; the page stays where it is. */
function keepInSight(list: HTMLElement, item: HTMLElement): void {
  const below = item.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom
  const above = list.getBoundingClientRect().top - item.getBoundingClientRect().top
  if (below > 0) list.scrollTop += below
  if (above > 0) list.scrollTop -= above
}

function lineButton(
  line: CallRecord['transcript'][number],
  seek: (ms: number) => Promise<void>,
): HTMLButtonElement {
  const who = line.who === 'caller' ? texts.caller : texts.agent
  return button(
    `${clockTime(line.atMs)} ${who} — ${line.text}${line.cut ? ` — ${texts.interrupted}` : ''}`,
    () => seek(line.atMs),
    { class: `line ${line.who}` },
  )
}
