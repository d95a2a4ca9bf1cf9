// Plays a recording: the waveform of both sides, and its transcript, in which a click plays from there. The parts of a
// call that two machines recorded are heard and saved as one sound, while both machines answer.

import type { CallRecord } from '../../../recording/files.ts'
import { together } from '../../../recording/together.ts'
import { ask } from './api.ts'
import { partsOf, partsView } from './call-parts.ts'
import { consentText } from './consent.ts'
import { button, localTime, run, texts } from './dom.ts'
import { clockTime, h, saveFile } from './elements.ts'
import { isSame, type Parts, type Playable, pathOf } from './found.ts'
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
  const whole = await soundOf(found, heardTogether(found, parts))
  if (!isOpen) return
  startMs = whole.startMs
  head.lastElementChild?.before(
    button(texts.saveSound, async () => saveFile(whole.name, whole.blob), { class: 'quiet' }),
  )
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

type Sound = { left: Float32Array; right: Float32Array }

/** The parts of its call that are one sound with a recording, itself included, the first one first. */
function heardTogether(found: Playable, { parts }: Parts): Playable[] {
  const at = parts.findIndex((part) => isSame(part, found))
  return at < 0 ? [found] : together(parts, at)
}

/** @returns the sound of a recording, with that of the other parts; `startMs`: where its own begins */
async function soundOf(found: Playable, parts: readonly Playable[]) {
  const { record } = found
  // A machine may be off: then this part is heard alone.
  const all = parts.length > 1 && (await fetchSound(found, '.wav', { whole: '1' }).catch(() => undefined))
  if (all) {
    const startMs = Date.parse(record.startedAt) - Date.parse(parts[0]!.record.startedAt)
    return { blob: all, decoded: await decode(all), startMs, name: `${record.callId}.wav` }
  }
  const end = found.audio === 'raw' ? '.wav' : '.mp3'
  const blob = await fetchSound(found, end)
  return { blob, decoded: await decode(blob), startMs: 0, name: record.id + end }
}

const fetchSound = async (...path: Parameters<typeof pathOf>) => (await ask(pathOf(...path))).blob()

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
