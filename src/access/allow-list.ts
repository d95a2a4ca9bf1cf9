// The allow-list of addresses and CIDR ranges. AudioSocket has no password, so this list is what protects the port.

import { BlockList, isIP } from 'node:net'
import { ConfigError } from '../base/errors.ts'

export type AllowList = { allows(address: string): boolean }

export const loopbackOnly = ['127.0.0.0/8', '::1/128'] as const

/**
 * @param ranges `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32`; an IPv4 range also matches the mapped form
 *   (`::ffff:10.1.2.3`), which is the address that a socket listening on `::` reports for an IPv4 peer
 * @throws {ConfigError} on a range that cannot be read, naming it
 */
export function createAllowList(ranges: readonly string[]): AllowList {
  const list = new BlockList()
  for (const range of ranges) add(list, range.trim())
  return {
    allows(address) {
      const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
      const plain = mapped ? mapped[1] : address
      const version = isIP(plain)
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

function add(list: BlockList, range: string): void {
  const [address, prefix, ...rest] = range.split('/')
  const version = isIP(address)
  const bits = version === 4 ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  const usable =
    version !== 0 && rest.length === 0 && prefix !== '' && Number.isInteger(length) && length >= 0
  if (!usable || length > bits)
    throw new ConfigError(
      'bad_range',
      `"${range}" is not an address range; write 10.0.0.0/8 or 2001:db8::/32`,
    )
  list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
}
