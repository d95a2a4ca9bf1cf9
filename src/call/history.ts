// The conversation as it was heard: what the caller said, and of the agent's words only those that left before a cut.
// The language model, the record and the operator's page all use it. Pure.

/** Who said a line. */
export type Party = 'caller' | 'agent'

export type HistoryEntry = {
  who: Party
  text: string
  atMs: number
  /** Whether the agent was interrupted: `text` then ends at the word nearest to the last frame sent. */
  cut: boolean
}

/** Stands in the agent's place for what a supervisor said: nobody recognises it. */
export const supervisorMark = '🎧'

/** Entries kept per call; the oldest are dropped. */
const capacity = 400

export class History {
  private readonly list: HistoryEntry[] = []

  get entries(): readonly HistoryEntry[] {
    return this.list
  }

  caller(text: string, atMs: number): HistoryEntry {
    return this.add({ who: 'caller', text, atMs, cut: false })
  }

  agent(text: string, atMs: number, cut = false): HistoryEntry {
    return this.add({ who: 'agent', text, atMs, cut })
  }

  private add(entry: HistoryEntry): HistoryEntry {
    if (this.list.length === capacity) this.list.shift()
    this.list.push(entry)
    return entry
  }
}

/**
 * The part of a sentence that was heard, cut at the word boundary nearest to the share of its audio that left. Speech
 * passes through its letters at a nearly even pace, so the share of letters is taken for the share of time.
 *
 * @param share 0 to 1
 * @param from the share that was heard before and is left out
 * @returns '' when not even half of a word left
 */
export function heardText(text: string, share: number, from = 0): string {
  const heard = text.slice(0, boundary(text, share))
  return from > 0 ? heard.slice(boundary(text, from)).trimStart() : heard
}

/** The word boundary nearest to a share of the text. */
function boundary(text: string, share: number): number {
  if (share >= 1) return text.length
  const target = Math.max(0, share) * text.length
  let best = 0
  for (const match of text.matchAll(/\S+/g)) {
    const end = match.index + match[0].length
    if (Math.abs(end - target) < Math.abs(best - target)) best = end
  }
  return best
}
