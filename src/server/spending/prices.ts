// The price table from its files: the shipped one, and over it the site's own document.

import { join } from 'node:path'
import { ConfigError, errorText, faultText } from '../../base/errors.ts'
import { editDistance } from '../../config/misspelt.ts'
import { adapters } from '../../providers/adapters.ts'
import { layPrices, type PriceFile, type PriceTable, parsePrices } from '../../providers/prices.ts'
import { ownVendor } from '../../providers/usage.ts'
import { documentText } from '../../site/document-text.ts'
import type { Site } from '../../site/store.ts'

/** Also the path of the shipped file, below ASSETS_DIR. */
export const pricesId = 'prices/prices.yaml'

/** Who bills (usage.ts). A server of vLLM is the operator's own. */
const vendors = [
  ...new Set([ownVendor, ...adapters.map(({ vendor }) => vendor).filter((name) => name !== 'vllm')]),
]
/** Another company's server that speaks the protocol of one of them is a vendor by its name. */
const hostName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

/** @throws {Error} as parsePrices(); all vendors that nothing is ever billed by, because they are misspelt */
export function parseSitePrices(text: string): PriceFile {
  const file = parsePrices(text)
  const unknown = Object.keys(file.prices).filter((name) => !vendors.includes(name) && !hostName.test(name))
  if (unknown.length === 0) return file
  const faults = unknown.map((name) => {
    const near = vendors.find((vendor) => editDistance(name.toLowerCase(), vendor) <= 2)
    return `prices.${name}: is not a vendor${near === undefined ? '' : `: do you mean ${near}?`}`
  })
  throw new Error(
    `${faults.join('; ')} (vendors are ${vendors.join(', ')}, or the host name of another company's server)`,
  )
}

/**
 * For the start: by wrong prices a budget would never be spent. Prices that cannot be read from the disk are named by
 * `/readyz`, as every document is.
 *
 * @throws {ConfigError} `prices` naming every fault
 */
export async function refuseWrongPrices(site: Pick<Site, 'state' | 'content'>): Promise<void> {
  const text = await documentText(site, pricesId).catch(() => undefined)
  if (text === undefined) return
  try {
    parseSitePrices(text)
  } catch (cause) {
    const hint =
      'Correct them with `bun run site prices <file>`, or take them back with `bun run site undo <number>`.'
    throw new ConfigError('prices', `The site's own prices cannot be used: ${faultText(cause)}. ${hint}`, {
      cause,
    })
  }
}

/**
 * @param own the site's
 * @throws {ConfigError} `prices` when the shipped file cannot be used; assets of an older version have none
 */
export async function pricesOver(assetsDir: string, own: PriceFile | undefined): Promise<PriceTable> {
  const path = join(assetsDir, pricesId)
  const file = Bun.file(path)
  try {
    return layPrices((await file.exists()) ? parsePrices(await file.text()) : undefined, own)
  } catch (cause) {
    const hint = 'Set ASSETS_DIR to the assets folder of the project.'
    const text = `The prices of the vendors cannot be read from ${path}: ${errorText(cause)}. ${hint}`
    throw new ConfigError('prices', text, { cause })
  }
}

/** For a command. @throws as {@link pricesOver}; what a broken document of the site throws */
export async function openPrices(
  assetsDir: string,
  site: Pick<Site, 'state' | 'content'>,
): Promise<PriceTable> {
  const text = await documentText(site, pricesId)
  return pricesOver(assetsDir, text === undefined ? undefined : parseSitePrices(text))
}
