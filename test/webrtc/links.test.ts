import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { iceServers } from '../../src/webrtc/ice.ts'
import { Links } from '../../src/webrtc/links.ts'

const origin = 'https://www.example.com'

describe('a signed link', () => {
  const clock = { ms: 1_000, wallMs: () => clock.ms }
  const links = new Links(clock)
  const { link } = links.create({ origin, minutes: 10, calls: 2, language: 'en' })

  test('says what was signed, to pages of its origin', () => {
    expect(links.read(link, origin)).toMatchObject({ origin, calls: 2, language: 'en', endsWallMs: 601_000 })
    expect(links.read(link, undefined)).toMatchObject({ origin })
  })

  test.each([
    ['a page of another origin', link, 'https://evil.example'],
    ['a changed signature', `${link.slice(0, -2)}AA`, origin],
    ['a changed body', link.replace('link.e', 'link.f'), origin],
    ['another server', new Links(clock).create({ origin, minutes: 1, calls: 1 }).link, origin],
    ['no signature', link.split('.').slice(0, 2).join('.'), origin],
    ['more parts', `${link}.x`, origin],
    ['a very long text', `${link}${'a'.repeat(2_000)}`, origin],
    ['nothing', '', origin],
  ])('of %s is wrong', (_name, text, from) => {
    expect(links.read(text, from)).toBe('wrong')
  })

  test('begins as many calls as it says, and expires', () => {
    const read = links.read(link, origin)
    if (read === 'wrong') throw new Error('wrong')
    expect([links.use(read), links.use(read), links.use(read)]).toEqual([true, true, false])
    expect([links.isExpired(read), links.isOrigin(origin), links.isOrigin('https://evil.example')]).toEqual([
      false,
      true,
      false,
    ])
    clock.ms += 600_000
    expect([links.isExpired(read), links.isOrigin(origin)]).toEqual([true, true])
    clock.ms += 3_600_001
    expect(links.isOrigin(origin)).toBe(false)
  })
})

test('a page where UDP is blocked begins all calls of its link by WebSocket', () => {
  const links = new Links({ wallMs: () => 1_000 })
  const read = links.read(links.create({ origin, minutes: 10, calls: 20 }).link, origin)
  if (read === 'wrong') throw new Error('wrong')
  for (let n = 0; n < 20; n++) {
    expect(links.use(read)).toBe(true)
    links.giveBack(read)
    expect(links.use(read)).toBe(true)
  }
  expect(links.use(read)).toBe(false)
})

test('a link whose calls never connect has an end of them', () => {
  const links = new Links({ wallMs: () => 1_000 })
  const read = links.read(links.create({ origin, minutes: 10, calls: 2 }).link, origin)
  if (read === 'wrong') throw new Error('wrong')
  let begun = 0
  for (; begun < 100 && links.use(read); begun++) links.giveBack(read)
  expect(begun).toBe(14)
})

test('TURN servers get credentials that end, as coturn checks them; STUN servers need none', () => {
  const [stun, turn] = iceServers(['stun:a.example:3478', 'turns:b.example'], 'geheim', 1_000_000)
  expect(stun).toEqual({ urls: 'stun:a.example:3478' })
  expect(turn.username).toBe('8200:voicebot')
  expect(turn.credential).toBe(createHmac('sha1', 'geheim').update('8200:voicebot').digest('base64'))
  expect(iceServers(['turn:b.example'], '', 0)).toEqual([{ urls: 'turn:b.example' }])
})
