// A call to the bot from the page: microphone → 8 kHz frames → WebSocket → the same call session as for a telephone,
// and back. During the call, the keys of the page's keypad and of the keyboard are the telephone's keys.

import { openSocket } from './api.ts'
import { byId, run, texts } from './dom.ts'
import { lowPass, playNode } from './loudspeaker.ts'
import { peakOf, RollingWave } from './wave.ts'

type Talk = { socket: WebSocket; end(): void }

let talk: Talk | undefined

export function offerTalk(): void {
  if (document.getElementById('talk') === null) return
  const start = byId('talk-button') as HTMLButtonElement
  start.addEventListener('click', () => void run(start, () => (talk ? talk.end() : begin())))
  for (const key of byId('talk').querySelectorAll<HTMLButtonElement>('[data-key]'))
    key.addEventListener('click', () => press(key.dataset.key ?? ''))
  document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
    const isTyping = target instanceof HTMLElement && target.matches('input, select, textarea')
    if (talk && !isTyping && !ctrlKey && !metaKey && !altKey && /^[0-9*#]$/.test(key)) press(key)
  })
}

function press(key: string): void {
  if (talk?.socket.readyState === WebSocket.OPEN) talk.socket.send(key)
}

async function begin(): Promise<void> {
  const microphone = await openMicrophone()
  const context = new AudioContext()
  await context.audioWorklet.addModule('/page/worklet.js')
  const socket = openSocket('/api/talk')
  const rolling = new RollingWave(byId('talk-wave') as HTMLCanvasElement)
  let callerPeak = 0

  const play = playNode(context)
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const samples = new Int16Array(data)
    rolling.push(callerPeak, peakOf(samples))
    play.port.postMessage(samples, [samples.buffer])
  }
  const capture = new AudioWorkletNode(context, 'capture-8k', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: microphone })
  lowPass(context, lowPass(context, source, 3_500), 3_500).connect(capture)
  capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => {
    callerPeak = peakOf(data)
    if (socket.readyState === WebSocket.OPEN) socket.send(data)
  }

  const end = () => {
    if (talk?.socket !== socket) return
    talk = undefined
    socket.close()
    for (const track of microphone.getTracks()) track.stop()
    void context.close()
    show(texts.talkStart, texts.talkEnded)
  }
  socket.onclose = end
  talk = { socket, end }
  show(texts.talkEnd, texts.talkOn)
}

async function openMicrophone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    })
  } catch (cause) {
    throw new Error(texts.talkRefused, { cause })
  }
}

function show(label: string, state: string): void {
  byId('talk-button').textContent = label
  byId('talk-state').textContent = state
  byId('talk').classList.toggle('on', talk !== undefined)
}
