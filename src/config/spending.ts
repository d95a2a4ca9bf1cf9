// The settings of what vendors may cost.

import { optionalNumber } from '../base/setting.ts'

export const spending = {
  DAILY_BUDGET: optionalNumber(
    0,
    1_000_000,
    'most that vendors may cost on one day of TIME_ZONE, in the currency of the prices (USD); then new calls use keys',
  ),
}
