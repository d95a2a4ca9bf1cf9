import { until } from '../support/clouds/until.ts'

/** For what a machine of a cluster does in its own time. @throws {Error} naming `what` after 30 s */
export const eventually = (what: string, isTrue: () => Promise<boolean>): Promise<void> =>
  until(what, isTrue, 30_000)
