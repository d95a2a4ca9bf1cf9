// The requests of each adapter against committed expectations (request-catcher.ts).

import { expect, setDefaultTimeout, test } from 'bun:test'
import { secret } from './contract.ts'
import { expectedFile, requestsOf, withVendor } from './request-catcher.ts'

setDefaultTimeout(60_000)

test.each(withVendor.map((one) => [`${one.service} ${one.name} at ${one.vendor}`, one] as const))(
  '%s sends what is committed',
  async (_, one) => {
    const sent = await requestsOf(one)
    expect(JSON.parse(sent)).toEqual(await Bun.file(expectedFile(one)).json())
    expect(sent).not.toContain(secret)
  },
)
