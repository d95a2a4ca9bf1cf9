// What an operator should do about a failure, with the settings that it takes. Never shows a key, and of an address
// only scheme, host and path.

import { destinationOf } from '../../providers/adapter.ts'
import type { ProviderFailure } from '../../providers/errors.ts'
import { isModelReason } from '../../providers/refusal.ts'
import type { About } from './check.ts'

const noCredit = /quota|credit|balance|billing|payment/i
/** As many models of a long list as fit into a line. */
const namedModels = 6

export function adviceFor(about: About, failure: ProviderFailure): string {
  const { code, reason, status } = failure
  const { key, address, shown } = accountOf(about)
  switch (code) {
    case 'auth':
      if (status === 402 || noCredit.test(reason ?? ''))
        return (
          'The account has no credit left: pay or raise its limit at the vendor, ' +
          `or take ${about.definition.name} out of ${list(about)}.`
        )
      if (/permission|scope/i.test(reason ?? ''))
        return `The key may not do this: give it the permission at the vendor, or set ${key} to another one.`
      return `The server refuses the key: set ${key} to a valid key of ${shown}.`
    case 'refused':
      if (isModelReason(reason) || (status === 404 && about.offered.length > 0)) return modelAdvice(about)
      if (status === 404) return `${shown} has nothing at this path: correct ${address}; ${pathOf(about)}.`
      return `The server does not accept the request: check ${settingsOf(about)} and ${address}.`
    case 'limited':
      return 'The vendor limits how often it is asked: wait, or ask for a higher limit.'
    case 'timeout':
      return `${shown} does not answer in time: see whether the server is overloaded or still loads its model.`
    case 'badAudio':
      if (/silence|noise/.test(failure.message))
        return `The voice does not speak: check ${settingsOf(about)}, and whether it knows the desk's language.`
      return badAnswer(about, shown, address)
    case 'malformed':
    case 'cut':
      return badAnswer(about, shown, address)
    case 'unavailable':
      if (status !== undefined)
        return `${shown} is in trouble: try again, and look at the vendor's status page.`
      return `${shown} cannot be reached: check ${address}, the name server, the firewall and the proxy.`
    case 'aborted':
      return 'Try again.'
  }
}

/** Deepgram's SDK adds the path itself. */
const pathOf = ({ definition }: About): string =>
  definition.vendor === 'deepgram' ? 'it takes no path' : 'most servers want /v1 at its end'

function badAnswer(about: About, shown: string, address: string): string {
  const what = about.part === 'voice' ? 'speech' : 'an answer of the model'
  return (
    `What ${shown} sends is not ${what}: check ${settingsOf(about)}, ` +
    `and whether ${address} is the API itself and not a login page or a proxy.`
  )
}

export function modelAdvice(about: About): string {
  const { offered } = about
  const more = offered.length > namedModels ? ' …' : ''
  const names = offered.length === 0 ? '' : ` It offers: ${offered.slice(0, namedModels).join(', ')}${more}.`
  return `The server does not have this model: correct ${settingsOf(about)}.${names}`
}

/** The list of adapters that names this one. */
const list = ({ definition }: About): string => definition.service.toUpperCase()

/** The settings that name the model or its voice. */
function settingsOf({ definition }: About): string {
  const names = Object.keys(definition.settings).filter((name) => /_(MODEL|VOICE|FORMAT)$/.test(name))
  return names.length === 0 ? list({ definition } as About) : names.join(', ')
}

/** The variables of key and address, and the address as it may be shown. */
export function accountOf({ definition, values }: Pick<About, 'definition' | 'values'>) {
  const { credentials } = definition
  if (credentials === undefined) return { key: '', address: '', shown: 'This machine' }
  const { baseUrl, from } = destinationOf(credentials, values)
  const url = URL.parse(baseUrl)
  const shown = url ? `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}` : 'the server'
  return { key: from.apiKey, address: from.baseUrl, shown }
}
