// How far an address, a range or a folder reaches: this machine or all of the network, our own files or the system's.

import { isIP } from 'node:net'
import { resolve } from 'node:path'

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Ranges this wide admit whole continents: shorter prefixes than any network that one owner has. */
const shortestPrefix = { ipv4: 8, ipv6: 16 } as const

/** The ranges of a list that admit nearly anybody, such as `0.0.0.0/0`. */
export function openRanges(ranges: readonly string[]): string[] {
  return ranges.filter((range) => {
    const [address, prefix] = range.split('/')
    return prefix !== undefined && Number(prefix) < shortestPrefix[address.includes(':') ? 'ipv6' : 'ipv4']
  })
}

/** Folders of the system, in which and below which nothing of ours may be written and deleted. */
const systemTrees = '/bin /boot /dev /etc /lib /lib32 /lib64 /proc /sbin /sys /usr'.split(' ')
/** Folders that hold those of many programs: only a folder below them can be ours. */
const shared =
  '/ /home /media /mnt /opt /root /run /srv /tmp /var /var/lib /var/log /var/spool /usr/local'.split(' ')
const allowedBelow = ['/dev/shm', '/usr/local']

/** Whether a folder belongs to the system. @param path relative paths start at the working folder */
export function isSystemFolder(path: string): boolean {
  const full = resolve(path)
  if (shared.includes(full) || allowedBelow.includes(full)) return true
  if (allowedBelow.some((tree) => full.startsWith(`${tree}/`))) return false
  return systemTrees.some((tree) => full === tree || full.startsWith(`${tree}/`))
}
