// Likely slips in the names of settings. A process has dozens of variables of other programs, and a false alarm makes
// people ignore the next one; so short words must be the same, and only long ones may differ by a letter or two.

/**
 * The settings that somebody may have meant by a name.
 *
 * @param known the names of all settings
 * @returns the nearest ones; none for a name that does not look like a slip
 */
export function nearSettings(name: string, known: readonly string[]): string[] {
  const given = name.toUpperCase()
  const letters = bare(given)
  const sameLetters = known.filter((one) => bare(one) === letters)
  if (sameLetters.length > 0) return sameLetters
  const words = given.split('_')
  const edits = known
    .map((one) => ({ one, count: wordEdits(words, one.split('_')) }))
    .filter(({ count }) => count <= mostEdits)
  if (edits.length > 0) {
    const least = Math.min(...edits.map(({ count }) => count))
    return edits.filter(({ count }) => count === least).map(({ one }) => one)
  }
  return known.filter((one) => lacksOneWord(words, one.split('_')))
}

/** Edits of all words together. With three, two words of six letters can be anything. */
const mostEdits = 2

/** Without underscores and a final S: AUDIO_SOCKET_PORT, MAX_CALL, TIMEZONE. */
const bare = (name: string) => name.replaceAll('_', '').replace(/S$/, '')

/** AMI and API, STT and TTS, MAX and MIN are words of their own, not slips. */
const editsAllowed = (word: string) => (word.length < 4 ? 0 : word.length < 7 ? 1 : 2)

function wordEdits(given: readonly string[], known: readonly string[]): number {
  if (given.length !== known.length) return Number.POSITIVE_INFINITY
  let sum = 0
  for (const [i, word] of known.entries()) {
    if (given[i] === word) continue
    const allowed = editsAllowed(word)
    // At each start, dozens of variables are compared with all settings: few words need the slow count.
    if (allowed === 0 || Math.abs(given[i].length - word.length) > allowed) return Number.POSITIVE_INFINITY
    const count = editDistance(given[i], word)
    if (count > allowed) return Number.POSITIVE_INFINITY
    sum += count
  }
  return sum
}

/** DEEPGRAM_KEY for DEEPGRAM_API_KEY: the same words in order but for one in the middle. */
function lacksOneWord(given: readonly string[], known: readonly string[]): boolean {
  if (given.length < 2 || given.length !== known.length - 1) return false
  const at = given.findIndex((word, i) => word !== known[i])
  return at > 0 && given.slice(at).every((word, i) => word === known[at + 1 + i])
}

/** Letters to insert, delete, change, or swap with their neighbour (Damerau and Levenshtein, restricted). */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1)
    }
    rows.push(row)
  }
  return rows[a.length][b.length]
}
