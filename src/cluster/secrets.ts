// Every secret between machines comes from CLUSTER_KEY: the names under which a call is found, the encryption of what
// Redis holds, and the signature of a request to another machine. Redis and its dumps show no caller's data.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

export type Secrets = {
  /** Part of every key in Redis, so that clusters with different keys can share one server. */
  readonly site: string
  /** The keyed hash under which a value is found: 32 hex digits that say nothing of the value. */
  hash(value: string): string
  /** Encrypts a text for one place (its key in Redis or its channel); it opens at that place only. */
  seal(text: string, place: string): string
  /** @returns undefined for anything that was not sealed with this key for this place */
  open(sealed: string, place: string): string | undefined
  /** The value of the header `Authorization` for one request. @param path with its query */
  sign(method: string, path: string, wallMs: number): string
  /** Whether a header signs this request, at most `signatureMs` ago. */
  isSigned(header: string | undefined, method: string, path: string, wallMs: number): boolean
}

/** How far the clocks of two machines may differ. */
const signatureMs = 300_000
const scheme = 'Cluster '
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16

/** @param key 32 bytes in hex */
export function createSecrets(key: string): Secrets {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), '', `voicebot ${purpose}`, 32))
  const hashKey = derive('hash')
  const sealKey = derive('seal')
  const signKey = derive('sign')
  const mac = (secret: Buffer, text: string | Buffer) => createHmac('sha256', secret).update(text).digest()
  // Each value has a key of its own: random nonces under one key are safe for 2^32 values only, a few months of calls.
  const keyOf = (salt: Buffer) => mac(sealKey, salt)
  const signature = (text: string) => mac(signKey, text).toString('base64url')
  return {
    site: derive('site').toString('hex', 0, 4),
    hash: (value) => mac(hashKey, value).toString('hex', 0, 16),
    seal(text, place) {
      const salt = randomBytes(saltBytes)
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyOf(salt), nonce).setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([salt, nonce, cipher.getAuthTag(), body]).toString('base64')
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64')
      const head = saltBytes + nonceBytes + tagBytes
      if (bytes.length < head) return undefined
      const salt = bytes.subarray(0, saltBytes)
      const nonce = bytes.subarray(saltBytes, saltBytes + nonceBytes)
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(salt), nonce)
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(head - tagBytes, head))
        return decipher.update(bytes.subarray(head), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
    sign(method, path, wallMs) {
      const time = Math.round(wallMs)
      return `${scheme}${time}.${signature(`${time} ${method} ${path}`)}`
    },
    isSigned(header, method, path, wallMs) {
      if (!header?.startsWith(scheme)) return false
      const [time, given = ''] = header.slice(scheme.length).split('.')
      if (!(Math.abs(Number(time) - wallMs) <= signatureMs)) return false
      const right = Buffer.from(signature(`${time} ${method} ${path}`))
      return given.length === right.length && timingSafeEqual(Buffer.from(given), right)
    },
  }
}
