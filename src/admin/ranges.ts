// HTTP ranges, as far as players ask for them: one range of bytes. Several at once are answered with the whole.

/** Bytes `from` up to, not including, `to`. */
export type ByteRange = { from: number; to: number }

/**
 * @param header the request's `Range`
 * @returns `whole` without a range that is understood, `outside` when it begins past the end (status 416)
 * @see RFC 9110, section 14
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'outside' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return 'whole'
  const [, first, last] = match
  if (first === '') {
    const from = Math.max(0, sizeBytes - Number(last))
    return from >= sizeBytes ? 'outside' : { from, to: sizeBytes }
  }
  const from = Number(first)
  const to = last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1)
  if (last !== '' && Number(last) < from) return 'whole'
  return from >= sizeBytes ? 'outside' : { from, to }
}
