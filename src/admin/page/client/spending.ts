// What vendors cost today, and how much of the budget that is.

import type { SpendingInfo } from '../../spending-types.ts'
import { askJson } from './api.ts'
import { texts } from './dom.ts'
import { byId, h } from './elements.ts'
import { lookAgain } from './look-again.ts'

type Use = SpendingInfo['uses'][number]

const lookEveryMs = 15_000

/** Looks as long as the page is open. */
export const showSpending = (): Promise<void> => lookAgain(lookEveryMs, byId('spending-fault'), show)

async function show(): Promise<void> {
  const { uses, spent, budget, isSpent, currency } = await askJson<SpendingInfo>('/api/spending')
  const words = texts.spending
  const sum = budget === null ? '' : ` ${words.budget} ${money(budget, currency)}`
  say('spending-sum', `${money(spent, currency)}${sum}`)
  say('spending-spent', isSpent ? words.isSpent : '')
  byId('spending-none').hidden = uses.length > 0
  byId('spending').hidden = uses.length === 0
  const rows = uses.map((use) => {
    const cost = use.cost === null ? words.noPrice : money(use.cost, currency)
    const model = h('td', {}, h('strong', {}, use.vendor), ` ${use.model}`)
    return h('tr', {}, model, h('td', {}, usedText(use)), h('td', { class: 'cost' }, cost))
  })
  document.querySelector('#spending tbody')!.replaceChildren(...rows)
}

/** Assigned only when it changes, so that a screen reader does not read it again. */
function say(id: string, text: string): void {
  if (byId(id).textContent !== text) byId(id).textContent = text
}

/** What was used, with the units that this model has. */
function usedText({ prompt, cached, completion, estimated, characters, seconds }: Use): string {
  const words = texts.spending
  const parts: [amount: number, unit: string][] = [
    [prompt + cached, words.prompt],
    [completion, words.completion],
    [characters, words.characters],
    [seconds / 60, words.minutes],
  ]
  const used = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${count(amount)} ${unit}`)
  return `${used.join(', ')}${estimated > 0 ? ` (${count(estimated)} ${words.estimated})` : ''}`
}

const language = () => document.documentElement.lang

const count = (amount: number): string =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount)

/** Two decimals, or as many as show that it is not nothing. */
const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat(language(), {
    style: 'currency',
    currency,
    maximumFractionDigits: amount > 0 && amount < 0.1 ? 4 : 2,
  }).format(amount)
