// The form in which a dialplan announces a call: `secret=…&lang=en&desk=shop&dialled=0123456789&caller=0612345678`,
// and `name`, what the network shows for that line. All is optional.
// The secret is in it because a header that a dialplan sets stays on the caller's channel, and would go with every
// later request of that channel.

import type { Context } from 'hono'
import type { AnnouncedCall } from '../calls/call-start.ts'
import type { AdminEnv } from './deps.ts'

/** A dialplan's form is this long at most; a longer one is not read. */
const maxBytes = 1_000

/** The form's fields; none for a body of another type, without a length, or too long. */
async function formOf({ req }: Context<AdminEnv>): Promise<URLSearchParams> {
  const { 'content-type': type, 'content-length': length } = req.header()
  const isForm = type?.startsWith('application/x-www-form-urlencoded') ?? false
  if (!isForm || length === undefined || Number(length) > maxBytes) return new URLSearchParams()
  return new URLSearchParams(await req.text())
}

/** '' without a secret. */
export const announcedSecret = async (context: Context<AdminEnv>): Promise<string> =>
  (await formOf(context)).get('secret') ?? ''

/** Values of another form than names and numbers have are left out. */
export async function announcedCall(context: Context<AdminEnv>): Promise<AnnouncedCall> {
  const form = await formOf(context)
  const field = (name: string, pattern: RegExp) => {
    const value = form.get(name)?.trim() ?? ''
    return pattern.test(value) ? value : undefined
  }
  const language = field('lang', /^.{1,40}$/)
  const desk = field('desk', /^.{1,40}$/)
  const dialled = field('dialled', /^[\w+*#.-]{1,40}$/)
  const callerNumber = field('caller', /^\+?[\d .()/-]{1,40}$/)
  // A name without a letter is the number once more.
  const callerName = field('name', /^(?=.*\p{L})[^\p{C}\p{Zl}\p{Zp}]{1,80}$/u)
  // Asterisk 22 leaves the backslashes of SIP's quoted names in: `Zoé \"Z\"`.
  const name = callerName?.replace(/\\(["\\])/g, '$1')
  return {
    ...{ ...(language && { language }), ...(desk && { desk }), ...(dialled && { dialled }) },
    ...{ ...(callerNumber && { callerNumber }), ...(name && { callerName: name }) },
  }
}
