// One run of the thread that measures the machine (capacity.worker.ts).

import { type ErrandFailed, startErrand } from '../../threads/errand.ts'

export type Measurement = { kind: 'measured'; usPerFrame: number }
export type Measured = Measurement | ErrandFailed

/** @param onEnd called once, unless the run is stopped before @returns a stop function */
export const startMeter = (onEnd: (found: Measured) => void): (() => void) =>
  startErrand<Measurement>('server/overload/capacity.worker.ts', 'measure', onEnd)
