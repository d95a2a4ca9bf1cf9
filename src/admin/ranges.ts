// HTTP ranges, as far as media players use them: one byte range. A request for several ranges gets the whole file.

/** Bytes from `from` up to but not including `to`. */
export type ByteRange = { from: number; to: number }

/**
 * @param header the request's `Range` header
 * @returns `whole` when there is no range or it is not understood; `outside` when it starts past the end (status 416)
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
