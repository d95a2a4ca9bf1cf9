// Plays a recording: the waveform of both sides, and its transcript, in which a click plays from there.

import type { RecordingInfo } from '../../../recording/entry.ts'
import type { CallRecord } from '../../../recording/files.ts'
import { ask } from './api.ts'
import { consentText } from './consent.ts'
import { button, localTime, run, texts } from './dom.ts'
import { clockTime, h } from './elements.ts'
import { traceView } from './trace.ts'
import { drawWhole, wholeWave } from './wave.ts'

let closeOpen = () => {}

/** Closes the recording that is open; does nothing where none is. */
export const closePlayer = (): void => closeOpen()

/** @param box where the player opens, in place of the one that is open @param fromMs plays from there */
export async function play(
  { record, audio }: Pick<RecordingInfo, 'record' | 'audio'>,
  box: HTMLElement,
  fromMs = 0,
): Promise<void> {
  closePlayer()
  const sound = h('audio', { controls: true })
  const canvas = h('canvas', { width: 1_120, height: 140, class: 'seek' })
  const seek = (ms: number) => {
    sound.currentTime = ms / 1_000
    void run(undefined, () => sound.play())
  }
  const lines = record.transcript.map((line) => ({ line, item: lineButton(line, sound) }))
  const list =
    lines.length > 0 ? h('ol', { class: 'lines long' }) : h('p', { class: 'empty' }, texts.noTranscript)
  for (const { item } of lines) list.append(h('li', { class: item.className }, item))
  box.replaceChildren(
    h(
      'header',
      { class: 'row' },
      h('strong', {}, localTime(record.startedAt)),
      h('code', {}, record.id.slice(0, 8)),
      h('span', { class: 'grow' }),
      button(texts.close, closePlayer, { class: 'quiet' }),
    ),
    h('small', { class: 'fact' }, consentText(record.recording)),
    ...(audio === 'none' ? [h('p', { class: 'empty' }, texts.audioNotKept)] : [canvas, sound]),
    list,
    ...(record.transcript.length > 0 ? [traceView(record, audio === 'none' ? undefined : seek)] : []),
  )
  box.hidden = false
  closeOpen = () => {
    sound.pause()
    URL.revokeObjectURL(sound.src)
    box.hidden = true
    closeOpen = () => {}
  }
  box.scrollIntoView({ block: 'nearest' })
  if (audio === 'none') return
  const bytes = await (await ask(`/api/recordings/${record.id}.${audio === 'raw' ? 'wav' : 'mp3'}`)).blob()
  sound.src = URL.createObjectURL(bytes)
  const decoded = await new OfflineAudioContext(2, 1, 8_000).decodeAudioData(await bytes.arrayBuffer())
  const left = decoded.getChannelData(0)
  const wave = wholeWave(left, decoded.numberOfChannels > 1 ? decoded.getChannelData(1) : left, 560)
  const show = () => {
    drawWhole(canvas, wave, sound.currentTime / decoded.duration)
    const nowMs = sound.currentTime * 1_000
    const current = lines.findLast(({ line }) => line.atMs <= nowMs)
    for (const { item } of lines) item.classList.toggle('now', item === current?.item && !sound.paused)
    if (current && !sound.paused) keepInSight(list, current.item)
  }
  sound.ontimeupdate = show
  sound.onseeked = show
  canvas.onclick = ({ offsetX }) => {
    sound.currentTime = (offsetX / canvas.clientWidth) * decoded.duration
  }
  show()
  sound.currentTime = fromMs / 1_000
  await sound.play()
}

/** Scrolls only the list; the page stays where it is. */
function keepInSight(list: HTMLElement, item: HTMLElement): void {
  const below = item.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom
  const above = list.getBoundingClientRect().top - item.getBoundingClientRect().top
  if (below > 0) list.scrollTop += below
  if (above > 0) list.scrollTop -= above
}

function lineButton(line: CallRecord['transcript'][number], sound: HTMLAudioElement): HTMLButtonElement {
  const who = line.who === 'caller' ? texts.caller : texts.agent
  const item = button(
    `${clockTime(line.atMs)} ${who} — ${line.text}${line.cut ? ` — ${texts.interrupted}` : ''}`,
    async () => {
      sound.currentTime = line.atMs / 1_000
      await sound.play()
    },
    { class: `line ${line.who}` },
  )
  return item
}
