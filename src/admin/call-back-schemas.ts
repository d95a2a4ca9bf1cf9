// The form of a promised call-back in the API.

import { z } from 'zod'

const callBack = z.object({
  id: z.string(),
  /** The call in which it was promised: two entries with the same one are one promise. */
  callId: z.string(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  topic: z.string().nullable(),
  symptom: z.string().nullable(),
  language: z.string(),
  promisedWallMs: z.number(),
})
export type ListedCallBack = z.infer<typeof callBack>
export const callBacksSchema = z.object({ callBacks: z.array(callBack) })
export const callBackSchema = z.object({ callBack: callBack.nullable() })
