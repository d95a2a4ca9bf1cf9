import { expect, test } from 'bun:test'
import { readRedisUrl } from '../../src/cluster/redis-url.ts'

test.each([
  ['redis://127.0.0.1', { isTls: false, hosts: [{ host: '127.0.0.1', port: 6_379 }], password: '', db: 0 }],
  ['redis://[::1]:7000/3', { hosts: [{ host: '::1', port: 7_000 }], db: 3 }],
  ['rediss://bot:p%40ss@cache.example', { isTls: true, username: 'bot', password: 'p@ss' }],
  [
    'redis+sentinel://:pw@a:1,b/main',
    {
      sentinelName: 'main',
      password: 'pw',
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
      ],
    },
  ],
])('%s is read', (url, address) => {
  expect(readRedisUrl(url)).toMatchObject(address)
})

test.each([
  '',
  'localhost:6379',
  'http://127.0.0.1',
  'redis://',
  'redis://a,b',
  'redis://a/x',
  'redis://a:99999',
  'redis://%E0:x@a',
  'redis+sentinel://a,b',
])('%p is not an address of Redis', (url) => {
  expect(readRedisUrl(url)).toBeUndefined()
})
