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
 * @returns '' when not even half of the first word left
 */
export function heardText(text: string, share: number): string {
  if (share >= 1) return text
  const target = Math.max(0, share) * text.length
  let best = 0
  for (const match of text.matchAll(/\S+/g)) {
    const end = match.index + match[0].length
    if (Math.abs(end - target) < Math.abs(best - target)) best = end
  }
  return text.slice(0, best)
}
