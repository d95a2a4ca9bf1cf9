import { expect, test } from 'bun:test'
import { readConfig } from '../../src/config.ts'

const key = '0123456789abcdef'.repeat(4)
const faultsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test.each([
  [{ REDIS_URL: 'redis://127.0.0.1:6379', CLUSTER_KEY: key }],
  [{ REDIS_URL: 'rediss://bot:pw@10.0.0.5', CLUSTER_KEY: key, CLUSTER_URL: 'http://10.0.0.7:8080' }],
  [
    {
      REDIS_URL: 'redis://10.0.0.5',
      REDIS_PLAIN: '1',
      CLUSTER_KEY: key,
      CLUSTER_URL: 'https://bot1.example',
    },
  ],
])('%o is a cluster', (environment) => {
  expect(faultsOf(environment)).toBe('')
})

test('all faults of a cluster are listed together, and no secret is shown', () => {
  const faults = faultsOf({ REDIS_URL: 'redis://:hunter22@10.0.0.5', CLUSTER_KEY: 'short' })
  expect(faults).toContain('CLUSTER_KEY is not 64 random hex digits')
  expect(faults).toContain('REDIS_URL names another machine without TLS or without a password')
  expect(faults).toContain('ADMIN_HOST ("127.0.0.1") is loopback, but REDIS_URL names another machine')
  expect(faults).not.toContain('hunter22')
  expect(faults).not.toContain('short')
})

test.each([
  [{ REDIS_URL: 'redis://127.0.0.1' }, 'REDIS_URL needs CLUSTER_KEY'],
  [{ CLUSTER_KEY: key }, 'CLUSTER_KEY is set but REDIS_URL is not'],
  [{ CLUSTER_URL: 'http://10.0.0.7' }, 'CLUSTER_URL is set but REDIS_URL is not'],
  [{ REDIS_URL: '127.0.0.1', CLUSTER_KEY: key }, 'REDIS_URL is not an address'],
  [
    { REDIS_URL: 'redis://127.0.0.1', CLUSTER_KEY: '0'.repeat(64) },
    'CLUSTER_KEY is not 64 random hex digits',
  ],
  [
    { REDIS_URL: 'rediss://10.0.0.5', CLUSTER_KEY: key, CLUSTER_URL: 'http://10.0.0.7' },
    'without TLS or without a password',
  ],
  [
    { REDIS_URL: 'redis://127.0.0.1', CLUSTER_KEY: key, ADMIN_HOST: '0.0.0.0', ADMIN_TOKEN: key },
    'ADMIN_HOST ("0.0.0.0") is not an address that other machines can use',
  ],
])('%o is refused', (environment, fault) => {
  expect(faultsOf(environment)).toContain(fault)
})
