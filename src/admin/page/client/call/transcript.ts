// What was said in the call, line by line. A screen reader reads finished lines out; the line that is being spoken
// changes several times a second, so it stands apart and is hidden from it.

import type { ToCaller } from '../../../../calls/caller-view.ts'
import { byId, h } from '../elements.ts'
import { words } from './words.ts'

type Said = Extract<ToCaller, { type: 'transcript' }>

export class Transcript {
  private readonly box = byId('transcript')
  private readonly lines = byId('lines')
  private readonly interim = byId('interim')
  /** The line of the keys that are being pressed. */
  private keys: HTMLElement | undefined

  /** Nobody speaks any more. */
  finish(): void {
    this.interim.replaceChildren()
  }

  clear(): void {
    this.lines.replaceChildren()
    this.interim.replaceChildren()
    this.keys = undefined
  }

  said({ who, text, isFinal, cut }: Said): void {
    const name = who === 'agent' ? words().agent : words().you
    const body = cut ? `${text} ${words().interrupted}` : text
    this.interim.replaceChildren()
    if (isFinal) {
      this.keys = undefined
      this.lines.append(h('p', { class: who }, h('b', {}, name), h('span', {}, body)))
    } else {
      this.interim.className = who
      this.interim.append(h('b', {}, name), h('span', {}, body))
    }
    this.showEnd()
  }

  pressed(key: string): void {
    if (this.keys === undefined) {
      this.keys = h('span')
      this.lines.append(h('p', { class: 'caller keys' }, h('b', {}, words().you), this.keys))
    }
    this.keys.append(key)
    this.showEnd()
  }

  private showEnd(): void {
    this.box.scrollTop = this.box.scrollHeight
  }
}
