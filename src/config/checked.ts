// Kinds of settings that several groups of settings use.

import { isIP } from 'node:net'
import { type Setting, text } from '../base/setting.ts'

/** `text` whose value must pass `isGood`. @param fault completes a sentence that begins with the name */
export function checkedText(
  fallback: string,
  about: string,
  isGood: (value: string) => boolean,
  fault: string,
) {
  const { schema, ...rest } = text(fallback, about)
  return { ...rest, schema: schema.refine(isGood, fault) }
}

/** An address to listen on or to connect to. Whether it is this machine's shows when the server listens. */
export const host = (about: string) =>
  checkedText('127.0.0.1', about, isHost, 'is not an IP address (without brackets or port) or a host name')

export function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true
  // Digits and dots alone are an IP address with a slip, not a name.
  return /^[a-z\d](?:[a-z\d._-]*[a-z\d])?$/i.test(value) && !/^[\d.]+$/.test(value)
}

const isPort = (value: string) =>
  value === '' || (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 && value !== '0')

/** A port; the value is undefined when it is empty. */
export function optionalPort(about: string): Setting<number | undefined> {
  const { schema, ...rest } = text('', about)
  return {
    ...rest,
    unit: '1–65535',
    schema: schema
      .refine(isPort, 'is not a port from 1 to 65535')
      .transform((value) => (value === '' ? undefined : Number(value))),
  }
}
