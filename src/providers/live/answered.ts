// Words that the call has answered already. A turn may end with interim text, when the recogniser is slow; the same
// words then come again, as further interim text and as the final one, and must not be answered a second time. Pure.

const wordsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')
const plain = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/**
 * @param answered the interim text that was answered
 * @param text a later text of the same utterance
 * @param isOld whether all audio of `text` came before the answer
 * @returns the part of `text` that has not been answered; '' when there is none
 */
export function unanswered(answered: string, text: string, isOld: boolean): string {
  const before = wordsIn(answered)
  const now = wordsIn(text)
  const common = Math.min(before.length, now.length)
  let same = 0
  for (let i = 0; i < common; i++) if (plain(before[i]) === plain(now[i])) same++
  // A longer text goes on after the answered words; the recogniser may have corrected some of these.
  if (now.length > before.length) return same * 2 >= before.length ? now.slice(before.length).join(' ') : text
  return isOld || same === now.length ? '' : text
}
