// Reads a .tar.gz while it is being unpacked, so that a bomb is stopped at the bound and not after it. Only plain files
// are taken; what a file claims to be larger than its bytes in the archive (sparse files) is not.

import { createGunzip } from 'node:zlib'
import { SiteError } from './generation.ts'

const blockBytes = 512
/** Types of a header: a plain file is `0` or, in old archives, a NUL. Folders, links and notes on files are skipped. */
const plain = new Set(['0', '\0'])

/**
 * @param maxBytes of the unpacked archive, headers included
 * @returns the files by their name, without a leading `./`
 * @throws {SiteError} `archive` when it is not a .tar.gz, is damaged, or is larger than `maxBytes`
 */
export async function readTarGz(packed: Uint8Array, maxBytes: number): Promise<Map<string, Uint8Array>> {
  const tar = await gunzip(packed, maxBytes)
  const files = new Map<string, Uint8Array>()
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes)
    // Two empty blocks end an archive; whatever follows is padding.
    if (header.every((byte) => byte === 0)) return files
    if (sumOf(header) !== octal(header, 148, 8)) throw damaged()
    const size = octal(header, 124, 12)
    const start = at + blockBytes
    if (!(size >= 0) || start + size > tar.length) throw damaged()
    if (plain.has(String.fromCharCode(header[156])))
      files.set(nameOf(header), tar.subarray(start, start + size))
    at = start + Math.ceil(size / blockBytes) * blockBytes
  }
  // It was cut before its end.
  throw damaged()
}

async function gunzip(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  const stream = createGunzip()
  stream.end(packed)
  try {
    for await (const part of stream) {
      bytes += part.length
      if (bytes > maxBytes) throw new SiteError('archive', `the backup is larger than ${maxBytes} bytes`)
      parts.push(part)
    }
  } catch (cause) {
    if (cause instanceof SiteError) throw cause
    throw damaged(cause)
  } finally {
    stream.destroy()
  }
  return Buffer.concat(parts)
}

const damaged = (cause?: unknown) =>
  new SiteError('archive', 'this is not a .tar.gz file, or it is damaged', { cause })

/** The name, with the prefix that a long one has. */
function nameOf(header: Uint8Array): string {
  const name = text(header, 0, 100)
  const isUstar = text(header, 257, 5) === 'ustar'
  const prefix = isUstar ? text(header, 345, 155) : ''
  return (prefix === '' ? name : `${prefix}/${name}`).replace(/^\.\//, '')
}

function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

/** NaN when the field is not an octal number: larger sizes are written otherwise, and exceed every bound here. */
function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

/** The sum of a header's bytes, with blanks in place of the sum itself. */
const sumOf = (header: Uint8Array): number =>
  header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0)
