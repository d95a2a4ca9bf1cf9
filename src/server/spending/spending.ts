// What vendors cost today, and DAILY_BUDGET. The use of the vendors is counted in metrics, those of the recognisers'
// thread among them; here it is looked at every few seconds, added to the day, and priced. The day is kept in DATA_DIR,
// so that a restart forgets nothing. When the budget is spent, calls that begin ask no vendor until the next midnight.

import type { SpendingInfo } from '../../admin/spending-types.ts'
import { localMoment } from '../../asterisk/schedule.ts'
import type { Timer } from '../../base/clock.ts'
import type { Sample } from '../../base/metrics.ts'
import { costOf, type PriceTable, priceOf } from '../../providers/prices.ts'
import { addUse, type Billed, countsUse, noUse, type Use, useOf } from '../../providers/usage.ts'
import type { ServerContext } from '../context.ts'
import { DayFile, type DayUse } from './spending-file.ts'

type Context = Pick<ServerContext, 'clock' | 'config' | 'log' | 'metrics' | 'relief'>

/** How often the use is looked at: so much later at most the budget takes effect. */
const lookMs = 2_000
/** Looks between two writes of the day, where something was used. A crash forgets no more than that. */
const looksPerWrite = 5

const keyOf = ({ vendor, model }: Billed) => `${vendor} ${model}`

export class Spending {
  private day: string
  private uses: Map<string, DayUse>
  /** The day before the wall clock's last change of the day: a clock that is set may come back to it. */
  private left: { day: string; uses: Map<string, DayUse> } | undefined
  /** What each counter stood at when it was looked at last. */
  private readonly seen = new Map<string, number>()
  /** Models without a price, as far as the log has them. */
  private readonly unpriced = new Set<string>()
  private readonly gauges
  private readonly file: DayFile
  private spent = 0
  private looks = 0
  private timer: Timer

  /** Reads what was kept of today. Never throws. @param billed of the adapters in use */
  constructor(
    private readonly context: Context,
    private readonly prices: () => PriceTable,
    billed: readonly Billed[],
  ) {
    const { clock, config, log, metrics } = context
    this.gauges = {
      cost: metrics.gauge('daily_cost', 'What vendors cost today, in the currency of the prices'),
      budget: metrics.gauge('daily_budget', 'DAILY_BUDGET, in the same currency; 0 when there is none'),
      isSpent: metrics.gauge('daily_budget_spent', '1 while new calls ask no vendor, because it is spent'),
    }
    this.gauges.budget.value = config.DAILY_BUDGET ?? 0
    this.day = this.today()
    this.file = new DayFile(config, log)
    this.uses = this.keptOf(this.day)
    for (const one of billed) this.charge(one, noUse)
    this.look()
    this.timer = clock.at(clock.now() + lookMs, this.tick)
  }

  /** For the operator's page. */
  info(): SpendingInfo {
    this.look()
    const { config, relief } = this.context
    const uses = [...this.uses.values()].map((use) => ({ ...use, cost: this.costOf(use) ?? null }))
    return {
      day: this.day,
      timeZone: config.TIME_ZONE,
      currency: this.prices().currency,
      spent: this.spent,
      budget: config.DAILY_BUDGET ?? null,
      isSpent: relief.spendsNothing,
      uses: uses.sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0)),
    }
  }

  /** Keeps the day. */
  async stop(): Promise<void> {
    this.timer.cancel()
    this.look()
    await this.file.write(this.day, [...this.uses.values()])
  }

  private readonly tick = (): void => {
    const { clock } = this.context
    this.look()
    if (++this.looks % looksPerWrite === 0) void this.file.write(this.day, [...this.uses.values()])
    this.timer = clock.at(clock.now() + lookMs, this.tick)
  }

  private today(): string {
    const { clock, config } = this.context
    const { year, month, day } = localMoment(clock.wallMs(), config.TIME_ZONE).day
    return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-')
  }

  /** Adds what was used since the last look. */
  private look(): void {
    const today = this.today()
    if (today !== this.day) this.turnTo(today)
    for (const sample of this.context.metrics.snapshot()) if (countsUse(sample)) this.take(sample)
    this.spent = [...this.uses.values()].reduce((sum, use) => sum + (this.costOf(use) ?? 0), 0)
    this.gauges.cost.value = this.spent
    this.judge()
  }

  /** At midnight; and when the clock is set, also to a day of which something is known. */
  private turnTo(day: string): void {
    const { left } = this
    this.left = { day: this.day, uses: this.uses }
    this.uses = left?.day === day ? left.uses : this.keptOf(day)
    this.day = day
  }

  private keptOf(day: string): Map<string, DayUse> {
    return new Map(this.file.read(day).map((use) => [keyOf(use), use]))
  }

  private take(sample: Sample): void {
    if (sample.kind !== 'counter') return
    const counter = `${sample.name} ${Object.values(sample.labels).join(' ')}`
    const more = sample.value - (this.seen.get(counter) ?? 0)
    if (more <= 0) return
    this.seen.set(counter, sample.value)
    const used = useOf(sample, more)
    const key = keyOf(used)
    const use = this.uses.get(key) ?? { ...used, ...noUse }
    addUse(use, used)
    this.uses.set(key, use)
    this.charge(used, used)
  }

  /** Counts what a use costs. A model without a price is said once. */
  private charge(billed: Billed, used: Use): void {
    const { vendor, model } = billed
    const cost = this.costOf({ ...used, vendor, model })
    if (cost !== undefined) this.costCounter({ vendor, model }).add(cost)
    else if (!this.unpriced.has(keyOf(billed))) {
      this.unpriced.add(keyOf(billed))
      this.context.log.warn('no price is known: what this model does counts as no money', { vendor, model })
    }
  }

  private costCounter(billed: Billed) {
    const labels = { ...billed, currency: this.prices().currency }
    const help = 'What the work of vendors cost, by the price table'
    return this.context.metrics.counter('provider_cost_total', help, labels)
  }

  private costOf(use: DayUse): number | undefined {
    const price = priceOf(this.prices(), use)
    return price && costOf(price, use)
  }

  private judge(): void {
    const { config, log, relief } = this.context
    const { DAILY_BUDGET: budget } = config
    const isSpent = budget !== undefined && this.spent >= budget
    if (isSpent === relief.spendsNothing) return
    relief.spendsNothing = isSpent
    this.gauges.isSpent.value = isSpent ? 1 : 0
    const about = { spent: Number(this.spent.toFixed(4)), budget, currency: this.prices().currency }
    if (isSpent) log.warn('the budget of the day is spent: new calls use keys until midnight', about)
    else log.info('new calls use the vendors again', about)
  }
}
