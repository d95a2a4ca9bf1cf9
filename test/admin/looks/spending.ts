// The part of the page about costs, of the fake program: one model with a price and one without, and the budget.

import type { Page } from 'playwright-core'
import type { PageLanguage } from '../../../src/admin/page/texts.ts'

/** By language: the sum with the budget, and the rows. */
const shown = {
  fr: {
    sum: /^0,42\s\$US sur un budget de 5,00\s\$US$/,
    priced:
      /^groq openai\/gpt-oss-20b100\s000 jetons lus, 4\s000 jetons écrits \(1\s200 estimés\)0,42\s\$US$/,
    noPrice: /^deepgram nova-91,5 min écoutéesprix inconnu$/,
  },
  en: {
    sum: /^\$0\.42 of a budget of \$5\.00$/,
    priced: /^groq openai\/gpt-oss-20b100,000 tokens read, 4,000 tokens written \(1,200 estimated\)\$0\.42$/,
    noPrice: /^deepgram nova-91\.5 min heardprice unknown$/,
  },
}

export async function lookAtSpending(
  page: Page,
  language: PageLanguage,
  check: (what: string, isTrue: boolean) => void,
): Promise<void> {
  await page.waitForSelector('#spending tbody tr')
  const { sum, priced, noPrice } = shown[language]
  const text = (await page.textContent('#spending-sum')) ?? ''
  check(`what today cost, and the budget (${text})`, sum.test(text))
  const found = await page.$$eval('#spending tbody tr', (all) => all.map((row) => row.textContent ?? ''))
  const expected = [priced, noPrice]
  const fits = found.length === expected.length && expected.every((row, i) => row.test(found[i]!))
  check(`what each model did, and cost (${found.join(' | ')})`, fits)
  check('nothing is said of a budget that is not spent', (await page.textContent('#spending-spent')) === '')
}
