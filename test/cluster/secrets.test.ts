import { describe, expect, test } from 'bun:test'
import { createSecrets } from '../../src/cluster/secrets.ts'

const key = '00112233445566778899aabbccddeeff'.repeat(2)
const secrets = createSecrets(key)
const others = createSecrets(key.replace('0', '1'))

describe('the secrets between machines', () => {
  test('a sealed text opens at its place with its key, and nowhere else', () => {
    const sealed = secrets.seal('Jean Dupont, 0612345678', 'vb1:x')
    expect(secrets.open(sealed, 'vb1:x')).toBe('Jean Dupont, 0612345678')
    expect(createSecrets(key).open(sealed, 'vb1:x')).toBe('Jean Dupont, 0612345678')
    expect(secrets.open(sealed, 'vb1:y')).toBeUndefined()
    expect(others.open(sealed, 'vb1:x')).toBeUndefined()
    expect(secrets.seal('the same', 'p')).not.toBe(secrets.seal('the same', 'p'))
  })

  test('no byte of a sealed text can be changed, cut or added', () => {
    const bytes = Buffer.from(secrets.seal('abc', 'p'), 'base64')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i]! ^= 1
      expect(secrets.open(changed.toString('base64'), 'p')).toBeUndefined()
      expect(secrets.open(bytes.subarray(0, i).toString('base64'), 'p')).toBeUndefined()
    }
    expect(secrets.open('', 'p')).toBeUndefined()
    expect(secrets.open('not base64 at all!', 'p')).toBeUndefined()
  })

  test('the hash of a call says nothing of it, and is the same on every machine with the key', () => {
    const id = crypto.randomUUID()
    expect(secrets.hash(id)).toMatch(/^[0-9a-f]{32}$/)
    expect(createSecrets(key).hash(id)).toBe(secrets.hash(id))
    expect(others.hash(id)).not.toBe(secrets.hash(id))
    expect(others.site).not.toBe(secrets.site)
  })

  test('a signature holds for one method and path, and for five minutes', () => {
    const header = secrets.sign('GET', '/cluster/calls/x?y=1', 1_000_000)
    const isSigned = (method: string, path: string, wallMs: number, by = secrets) =>
      by.isSigned(header, method, path, wallMs)
    expect(isSigned('GET', '/cluster/calls/x?y=1', 1_200_000)).toBe(true)
    expect(isSigned('GET', '/cluster/calls/x?y=1', 1_000_000, createSecrets(key))).toBe(true)
    expect(isSigned('POST', '/cluster/calls/x?y=1', 1_000_000)).toBe(false)
    expect(isSigned('GET', '/cluster/calls/x?y=2', 1_000_000)).toBe(false)
    expect(isSigned('GET', '/cluster/calls/x?y=1', 1_400_000)).toBe(false)
    expect(isSigned('GET', '/cluster/calls/x?y=1', 1_000_000, others)).toBe(false)
    for (const forged of [
      undefined,
      '',
      'Cluster ',
      'Cluster x.y',
      `${header}x`,
      header.replace('Cluster', 'Bearer'),
    ])
      expect(secrets.isSigned(forged, 'GET', '/cluster/calls/x?y=1', 1_000_000)).toBe(false)
  })
})
