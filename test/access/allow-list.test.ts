import { expect, test } from 'bun:test'
import { createAllowList, loopbackOnly } from '../../src/access/allow-list.ts'
import { ConfigError } from '../../src/base/errors.ts'

test.each([
  [['10.0.0.0/8'], '10.255.255.255', true],
  [['10.0.0.0/8'], '11.0.0.0', false],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  [['10.0.0.0/8'], '::ffff:11.1.2.3', false],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [['192.0.2.0/25'], '192.0.2.128', false],
  [['0.0.0.0/0'], '203.0.113.9', true],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['2001:db8::/32'], '2001:db8:ffff::1', true],
  [['2001:db8::/32'], '2001:db9::1', false],
  [['::1'], '::1', true],
  [['::/0'], '2001:db8::1', true],
  [['192.0.2.1', ' 2001:db8::/32 '], '2001:db8::9', true],
  [[], '127.0.0.1', false],
  [[...loopbackOnly], '127.0.0.1', true],
  [[...loopbackOnly], '::1', true],
  [[...loopbackOnly], '192.0.2.1', false],
  [[...loopbackOnly], 'nonsense', false],
] as const)('with %j, %s may connect: %p', (ranges, address, allowed) => {
  expect(createAllowList(ranges).allows(address)).toBe(allowed)
})

test.each([
  '',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '10.0.0.0/x',
  '::1/129',
  '10.0.0.0/-1',
  'bot.local',
])('"%s" is refused as a range', (range) => expect(() => createAllowList([range])).toThrow(ConfigError))
