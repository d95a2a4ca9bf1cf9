// Removes from a text what a voice cannot say: markdown, emoji, list marks. Pure.

/** Emoji, their joiners and skin tones, flags, key caps. Digits, `#` and `*` are emoji bases too but are kept. */
const pictures =
  /\p{Extended_Pictographic}|[\u{1F1E6}-\u{1F1FF}]|[\u{1F3FB}-\u{1F3FF}]|\uFE0F|\u200D|\u20E3/gu
const steps: readonly [RegExp, string][] = [
  [/```[a-z]*/gi, ' '],
  [/!?\[([^[\]]*)\]\([^()\s]*\)/g, '$1'],
  [/(^|\n)[^\S\n]*(?:#{1,6}\s+|>\s+|[-*•–]\s+|\d{1,2}[.)]\s+)/g, '$1'],
  [/\*{1,3}|__|~~|`/g, ''],
  [/(^|\s)_(\S[^_]*)_(?=\s|[.,;:!?]|$)/g, '$1$2'],
  [/\s+/g, ' '],
  [/ (?=[.,](\s|$))/g, ''],
]

/** @returns the text on one line without markup and emoji; empty when no letter and no digit is left */
export function speakable(text: string): string {
  let result = text.replace(pictures, '')
  for (const [pattern, by] of steps) result = result.replace(pattern, by)
  result = result.trim()
  return /[\p{L}\p{N}]/u.test(result) ? result : ''
}
