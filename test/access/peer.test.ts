// Who a request comes from, by the headers that proxies really send.

import { describe, expect, test } from 'bun:test'
import { createAllowList } from '../../src/access/allow-list.ts'
import { peerOf } from '../../src/access/peer.ts'

const proxies = createAllowList(['127.0.0.1', '10.0.0.0/8'])
const peer = (headers: Record<string, string>, socket = '127.0.0.1') =>
  peerOf(socket, (name) => headers[name], proxies)

describe('behind a proxy of PROXY_FROM', () => {
  test.each<[string, Record<string, string>]>([
    ['nginx as in assets/proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['nginx with both headers', { 'x-forwarded-for': '1.2.3.4, 203.0.113.9', 'x-real-ip': '203.0.113.9' }],
    ['nginx with X-Real-IP alone', { 'x-real-ip': '203.0.113.9' }],
    [
      'Caddy',
      {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'bot.example.com',
      },
    ],
    ['HAProxy, which appends a line of its own', { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }],
    ['RFC 7239', { forwarded: 'for=1.2.3.4;proto=http, for="203.0.113.9:4711"' }],
    [
      'two proxies, of which the second takes the first one for the client',
      { 'x-forwarded-for': '203.0.113.9, 10.1.2.3', 'x-real-ip': '10.1.2.3' },
    ],
  ])('%s: the client counts', (_, headers) => {
    expect(peer(headers)).toEqual({ address: '203.0.113.9', isHidden: false })
  })

  test.each<[string, Record<string, string>]>([
    [
      'X-Real-IP that the client invented, behind Caddy or HAProxy',
      { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '192.0.2.7' },
    ],
    [
      'X-Forwarded-For that the client invented, behind an nginx that sets X-Real-IP alone',
      { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '203.0.113.9' },
    ],
    ['Forwarded that the client invented', { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=192.0.2.7' }],
  ])('%s hides the client: no address is lent', (_, headers) => {
    expect(peer(headers)).toEqual({ address: 'unknown', isHidden: true })
  })

  test('a header that names this machine does not make the client one of this machine', () => {
    for (const name of ['x-forwarded-for', 'x-real-ip'])
      expect(peer({ [name]: '127.0.0.1', forwarded: 'for=203.0.113.9' }).address).toBe('203.0.113.9')
    expect(peer({ 'x-forwarded-for': 'localhost' }).address).toBe('unknown')
  })
})

test('headers from any other address show that a proxy hides the client', () => {
  expect(peer({ 'x-real-ip': '203.0.113.9' }, '192.0.2.1')).toEqual({ address: '192.0.2.1', isHidden: true })
  expect(peer({}, '192.0.2.1')).toEqual({ address: '192.0.2.1', isHidden: false })
})
