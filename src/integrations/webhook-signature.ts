// Signs events as the Standard Webhooks specification says.
//
// @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { createHmac } from 'node:crypto'

const secretForm = /^whsec_[A-Za-z0-9+/]+={0,2}$/

/** @returns the key's bytes; undefined for a secret of another form or length */
export function webhookKey(secret: string): Buffer | undefined {
  if (!secretForm.test(secret)) return undefined
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}

/** The header `webhook-signature`. @param atS Unix time in seconds */
export function signature(key: Buffer, id: string, atS: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${atS}.${body}`).digest('base64')}`
}
