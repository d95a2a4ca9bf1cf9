import { until as untilWithin } from '../../support/clouds/until.ts'

/** For what bots and HAProxy do. @throws {Error} naming `what` when it does not hold after 20 s */
export const until = (
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> => untilWithin(what, holds, limitMs)
