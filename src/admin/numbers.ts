// Whole numbers in requests: as text in queries and paths, as numbers in JSON.

import { z } from 'zod'

const digits = /^\d{1,16}$/

/** Coercion would take an empty text, and spaces, for 0. */
export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    (given) => (typeof given === 'string' && digits.test(given) ? Number(given) : given),
    z.number('is not a whole number').int('is not a whole number').min(least).max(most),
  )
