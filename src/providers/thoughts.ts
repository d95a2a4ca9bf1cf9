// Removes from a streamed text what a model thinks aloud: some servers deliver the reasoning inside the text of the
// answer, between tags or in channels. Pure. A closing tag without an opening one is passed on as `</think>`: the
// opening tag is then part of the server's template, and what came before the closing tag was reasoning.

/** The mark that is passed on for any closing tag that has no opening one. */
export const loneThoughtEnd = '</think>'

const names = 'think|thinking|thought|reasoning|reflection|seed:think|analysis'
/** Opening marks: `<think>`, Mistral's `[THINK]`, Kimi's `◁think▷`. */
const opening = new RegExp(`^(?:<(?:${names})>|\\[THINK\\]|◁think▷)`, 'i')
const closing = new RegExp(`^(?:</(?:${names})>|\\[/THINK\\]|◁/think▷)`, 'i')
const closingAnywhere = new RegExp(closing.source.slice(1), 'i')
/** A channel of gpt-oss's harmony format: everything but `final` is hidden until the next of these tokens. */
const channel = /^<\|channel\|>([^<]{0,80}(?:<\|constrain\|>[^<]{0,40})?)<\|message\|>/
const channelEnd = /<\|(?:end|call|return|start|channel)\|>/
/** Tokens of chat templates that some servers leave in the text, with the role that follows `<|start|>`. */
const token = /^(?:<\|start\|>[a-z]{0,20}|<\|[a-z_]{2,30}\|>|<(?:start|end)_of_turn>|<\/?s>)/i

/** The longest mark, in characters: a channel with a recipient. */
const longestMark = 160
/** How much of hidden text is kept, because a closing mark may be split over two pieces. */
const longestEnd = 20

export type ThoughtFilter = {
  /** @returns the text that is not reasoning, as far as it is certain */
  push(text: string): string
  /** @returns the rest */
  end(): string
  /** Whether reasoning has been seen. */
  readonly thought: boolean
}

export function createThoughtFilter(): ThoughtFilter {
  let held = ''
  let hiddenUntil: RegExp | undefined
  let thought = false

  const read = (final: boolean): string => {
    let visible = ''
    for (;;) {
      if (hiddenUntil) {
        thought = true
        const end = hiddenUntil.exec(held)
        if (!end) {
          held = final ? '' : held.slice(-longestEnd)
          return visible
        }
        // The token that ends a channel begins the next one, so it is read again.
        held = held.slice(end.index + (hiddenUntil === channelEnd ? 0 : end[0].length))
        hiddenUntil = undefined
      }
      const at = held.search(/[<[◁]/)
      if (at < 0) {
        visible += held
        held = ''
        return visible
      }
      visible += held.slice(0, at)
      held = held.slice(at)
      const mark = readMark(held)
      if (mark) {
        held = held.slice(mark.length)
        hiddenUntil = mark.hiddenUntil
        if (mark.isLoneEnd) {
          thought = true
          visible += loneThoughtEnd
        }
      } else if (!final && mayBecomeMark(held)) return visible
      else {
        visible += held[0]
        held = held.slice(1)
      }
    }
  }

  return {
    get thought() {
      return thought
    },
    push(text) {
      held += text
      return read(false)
    },
    end: () => read(true),
  }
}

type Mark = { length: number; hiddenUntil?: RegExp; isLoneEnd?: boolean }

function readMark(text: string): Mark | undefined {
  const opened = opening.exec(text)
  if (opened) return { length: opened[0].length, hiddenUntil: closingAnywhere }
  const closed = closing.exec(text)
  if (closed) return { length: closed[0].length, isLoneEnd: true }
  const named = channel.exec(text)
  if (named) {
    const isFinal = named[1].trim().startsWith('final')
    return { length: named[0].length, hiddenUntil: isFinal ? undefined : channelEnd }
  }
  // The name of the channel may not have arrived.
  if (text.startsWith('<|channel|>') && text.length < longestMark) return undefined
  const plain = token.exec(text)
  // The role after `<|start|>` ends where something else begins.
  const isWhole = plain && (!text.startsWith('<|start|>') || plain[0].length < text.length)
  return isWhole ? { length: plain[0].length } : undefined
}

/** Whether the next piece may complete a mark. */
function mayBecomeMark(text: string): boolean {
  if (text.startsWith('<|channel|>')) return text.length < longestMark
  if (text.startsWith('<|start|>')) return text.length < 30
  return text.length < 40 && /^(?:<[/|]?[\w:|]*|\[\/?[A-Z]*|◁\/?[a-z]*)$/i.test(text)
}
