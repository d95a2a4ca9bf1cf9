// Entry of the page /call: one button, keys, a text field and the transcript. The caller comes with a signed link in
// the address (`#link=…`), or with the token of the operator's page in the same tab.

import type { ToCaller } from '../../../calls/caller-view.ts'
import { keepScreenOn } from './call/screen.ts'
import { Transcript } from './call/transcript.ts'
import { View } from './call/view.ts'
import { changeLanguage } from './call/words.ts'
import { byId } from './elements.ts'
import { offerKeys, offerTyping } from './phone/keys.ts'
import { type Call, type PhoneOptions, startCall } from './phone/phone.ts'
import { RequestError, refusalOf, socketWith, tokenKey } from './requests.ts'

const view = new View()
const transcript = new Transcript()
const select = document.querySelector<HTMLSelectElement>('#language select')
let call: Call | undefined

const ways = (document.body.dataset.ways ?? '').split(' ') as unknown as PhoneOptions['ways']

function credentials(): string {
  const link = new URLSearchParams(location.hash.slice(1)).get('link')
  if (link !== null) return link
  try {
    return sessionStorage.getItem(tokenKey) ?? ''
  } catch {
    // A frame whose browser keeps nothing for pages of others.
    return ''
  }
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('Authorization', `Bearer ${credentials()}`)
  const response = await fetch(path, { ...init, headers }).catch(() => undefined)
  if (response === undefined) throw new RequestError('the server does not answer', 'unreachable')
  if (!response.ok) throw await refusalOf(response)
  return response
}

async function begin(): Promise<void> {
  transcript.clear()
  if (credentials() === '') {
    fail('no_link')
    return
  }
  view.show({ state: 'connecting', notice: (texts) => texts.allowMicrophone, way: () => '' })
  if (select) select.disabled = true
  try {
    call = await startCall({
      ways,
      language: document.documentElement.lang,
      request,
      openSocket: (path) => socketWith(path, credentials()),
      listener: { message: read, reconnecting, ended },
    })
    const { way, missing } = call
    view.show({
      state: 'live',
      notice: ({ microphones }) => missing && microphones[missing],
      way: ({ byWebsocket }) => (way === 'websocket' ? byWebsocket : ''),
    })
    view.follow(call)
    keepScreenOn(true)
  } catch (error) {
    fail((error instanceof RequestError && error.code) || 'failed')
  }
}

/** @param code of the refusal */
function fail(code: string): void {
  if (select) select.disabled = false
  view.show({ state: 'ended', notice: ({ problems }) => problems[code] ?? problems.failed })
}

function read(message: ToCaller): void {
  if (message.type === 'transcript') transcript.said(message)
  else if (message.type === 'refused') view.show({ notice: ({ problems }) => problems.busy })
  else if (message.type === 'phase') view.show({ speaking: message.speaking })
  else if (message.type === 'language') {
    changeLanguage(message.language)
    if (select) select.value = document.documentElement.lang
    view.show()
  }
}

function reconnecting(isReconnecting: boolean): void {
  view.show({ state: isReconnecting ? 'reconnecting' : 'live' })
}

function ended(outcome: string): void {
  call = undefined
  view.stop()
  keepScreenOn(false)
  transcript.finish()
  if (select) select.disabled = false
  view.show({
    state: 'ended',
    speaking: 'nobody',
    notice: ({ outcomes }) => outcomes[outcome],
    way: () => '',
  })
}

byId('call').addEventListener('click', () => {
  if (call) call.hangUp()
  else void begin()
})
select?.addEventListener('change', () => {
  changeLanguage(select.value)
  view.show()
})
offerKeys(byId('phone'), (key) => {
  if (!call) return
  call.press(key)
  transcript.pressed(key)
})
offerTyping(byId('write') as HTMLFormElement, (text) => call?.say(text))
// A call needs a link or a token: better to say so before the button is pressed.
view.show({ notice: ({ problems }) => (credentials() === '' ? problems.no_link : '') })
