// What axe finds wrong with a page as it is now.

import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** @returns '' for nothing */
export async function axeFinds(page: Page): Promise<string> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: unknown[] }[]
  }
  return violations.map(({ id, nodes }) => `${id} ${JSON.stringify(nodes).slice(0, 300)}`).join('; ')
}
