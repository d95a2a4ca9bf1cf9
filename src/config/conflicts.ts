// Faults that one variable alone does not show: a setting that needs another, or a value that only the system can
// judge.

import { isIP } from 'node:net'
import type { Values } from '../base/setting.ts'
import type { generalSettings } from './general.ts'

/** @returns one sentence per fault, with what to do about it */
export function conflicts(config: Values<typeof generalSettings>): string[] {
  const faults: string[] = []
  if (config.ADMIN_TOKEN === '' && !isLoopback(config.ADMIN_HOST))
    faults.push(
      `ADMIN_HOST ("${config.ADMIN_HOST}") is not loopback: set ADMIN_TOKEN, or leave ADMIN_HOST at 127.0.0.1`,
    )
  if (config.TECHNICIANS === 'asterisk' && (config.AMI_USER === '' || config.AMI_SECRET === ''))
    faults.push('TECHNICIANS ("asterisk") needs AMI_USER and AMI_SECRET')
  // The answer to the dialplan allows no other characters (asterisk/next-steps.ts).
  for (const name of ['TRANSFER_QUEUE', 'TRANSFER_DIAL'] as const)
    if (!/^[\w./@:+-]{0,80}$/.test(config[name]))
      faults.push(
        `${name} ("${config[name]}") may contain only letters, digits and _ - . / @ : +, at most 80`,
      )
  if (config.AUDIOSOCKET_PORT !== 0 && config.AUDIOSOCKET_PORT === config.ADMIN_PORT)
    faults.push(
      `ADMIN_PORT ("${config.ADMIN_PORT}") is also the AudioSocket's port: give one of them another`,
    )
  try {
    new Intl.DateTimeFormat('en', { timeZone: config.TIME_ZONE })
  } catch {
    faults.push(`TIME_ZONE ("${config.TIME_ZONE}") is not a time zone such as Europe/Paris`)
  }
  return faults
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
