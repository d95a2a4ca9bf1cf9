// The telephone of the operator's page: a real call, in which keypad, keyboard and text field answer as well.

import { ask, openSocket } from './api.ts'
import { run, texts } from './dom.ts'
import { byId } from './elements.ts'
import { chooseCall } from './live.ts'
import { offerKeys, offerTyping } from './phone/keys.ts'
import { type Call, type PhoneOptions, startCall } from './phone/phone.ts'
import { RequestError } from './requests.ts'
import { RollingWave } from './wave.ts'

const drawEveryMs = 20

let call: Call | undefined

export function offerTalk(): void {
  if (document.getElementById('talk') === null) return
  const start = byId('talk-button') as HTMLButtonElement
  start.addEventListener('click', () => void run(start, () => (call ? call.hangUp() : begin())))
  offerKeys(byId('talk'), (key) => call?.press(key))
  offerTyping(byId('talk-write') as HTMLFormElement, (text) => call?.say(text))
}

async function begin(): Promise<void> {
  show(texts.talkStart, texts.talkConnecting)
  const wave = new RollingWave(byId('talk-wave') as HTMLCanvasElement)
  let drawing: ReturnType<typeof setInterval> | undefined
  try {
    call = await startCall({
      ways: (byId('talk').dataset.ways ?? '').split(' ') as unknown as PhoneOptions['ways'],
      language: undefined,
      request: ask,
      openSocket,
      listener: {
        // The card of the call shows what is said.
        message(message) {
          if (message.type === 'call') chooseCall(message.callId, false)
        },
        reconnecting: (isReconnecting) => {
          if (call) show(texts.talkEnd, isReconnecting ? texts.talkReconnecting : stateOf(call))
        },
        ended() {
          clearInterval(drawing)
          call = undefined
          show(texts.talkStart, texts.talkEnded)
        },
      },
    })
  } catch (error) {
    show(texts.talkStart, '')
    throw error instanceof RequestError && error.code === 'failed' ? new Error(texts.talkFailed) : error
  }
  const { levels } = call
  drawing = setInterval(() => {
    const { caller, agent } = levels()
    wave.push(caller, agent)
  }, drawEveryMs)
  show(texts.talkEnd, stateOf(call))
}

function stateOf({ way, missing }: Call): string {
  if (missing !== undefined) return texts.talkNoMicrophone
  return way === 'websocket' ? texts.talkByWebsocket : texts.talkOn
}

function show(label: string, state: string): void {
  byId('talk-button').textContent = label
  byId('talk-state').textContent = state
  byId('talk').classList.toggle('on', call !== undefined)
}
