// The price table from its files: the shipped one, and over it the site's own document.

import { join } from 'node:path'
import { ConfigError, errorText } from '../../base/errors.ts'
import { layPrices, type PriceFile, type PriceTable, parsePrices } from '../../providers/prices.ts'
import { documentText } from '../../site/document-text.ts'
import type { Site } from '../../site/store.ts'

/** Also the path of the shipped file, below ASSETS_DIR. */
export const pricesId = 'prices/prices.yaml'

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
  return pricesOver(assetsDir, text === undefined ? undefined : parsePrices(text))
}
