// The key of a voice: everything that makes its sound. Two voices of one name sound different when they come from
// another server or are told to speak in another way, so the phrases of one are not those of the other.

/**
 * @param name `Tts.voice`
 * @param sound what makes the sound beside the text: the server's address, and the fields of the request
 * @returns the name, and 48 bits of a hash: `openai/gpt-4o-mini-tts/coral#1f0c5a9be2d4`
 */
export function voiceKeyOf(name: string, sound: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(sound).map(
    ([part, value]) => [part, part === 'baseUrl' ? bare(value) : value] as const,
  )
  const sorted = parts.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hash = new Bun.CryptoHasher('sha256').update(JSON.stringify(sorted)).digest('hex')
  return `${name}#${hash.slice(0, 12)}`
}

/** The name in a key, as people read it. */
export const voiceNameOf = (key: string): string => key.replace(/#[0-9a-f]{12}$/, '')

/** An address without the login in it, which changes no sound and must not be guessed from a key. */
function bare(address: unknown): unknown {
  const url = typeof address === 'string' ? URL.parse(address) : null
  if (url === null || `${url.username}${url.password}` === '') return address
  url.username = ''
  url.password = ''
  return url.href
}
