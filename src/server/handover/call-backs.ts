// Call-backs that the bot promised, as one list of all machines in Redis: a promise is in it as soon as it is made, and
// stays until somebody says that it is kept. It is given out once, and again when nobody said so within ten minutes: a
// call-back may come twice, recognisable by its call's id, but is not lost with a machine or a person.

import { z } from 'zod'
import type { Cluster } from '../../cluster/cluster.ts'
import type { Known } from '../../dialogue/types.ts'
import type { ServerContext } from '../context.ts'

const formSchema = z.object({
  callId: z.string(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  topic: z.string().nullable(),
  symptom: z.string().nullable(),
  language: z.string(),
  promisedWallMs: z.number(),
})
/** `id`: of this entry of the list. */
export type CallBack = z.infer<typeof formSchema> & { id: string }

const keepMs = 30 * 86_400_000
/** Call-backs that are open at most. */
const mostOpen = 100_000
/** One that was given out and is not done by then is given out again. */
const againMs = 600_000
const group = 'desk'
/** Calls whose promise is in the list already; more forget the oldest. */
const promisedCapacity = 1_000

export class CallBacks {
  private readonly key: string
  private readonly promisedIn = new Set<string>()

  constructor(
    private readonly context: Pick<ServerContext, 'clock' | 'memories'>,
    private readonly cluster: Pick<Cluster, 'vault' | 'store'>,
  ) {
    this.key = `${cluster.vault.prefix}callbacks`
    context.memories.add((callId) => void this.forget((callBack) => callBack.callId === callId))
  }

  /** Adds the promise of a call to the list, once; does nothing for a call without one. */
  promised(callId: string, { callBack, phone, name, topic, symptom }: Known, language: string): void {
    if (!callBack || this.promisedIn.has(callId)) return
    for (const oldest of this.promisedIn) {
      if (this.promisedIn.size < promisedCapacity) break
      this.promisedIn.delete(oldest)
    }
    this.promisedIn.add(callId)
    const promisedWallMs = this.context.clock.wallMs()
    const form = { callId, phone, name, topic, symptom, language, promisedWallMs }
    const { store, vault } = this.cluster
    store.append(this.key, vault.seal(form, this.key), { ttlMs: keepMs, keep: mostOpen })
  }

  /** All that are not done, oldest first. @returns undefined when Redis gives no answer */
  async open(): Promise<CallBack[] | undefined> {
    const lines = await this.cluster.store.lines(this.key, '0')
    return lines?.flatMap(({ id, line }) => this.read(id, line) ?? [])
  }

  /** Hands out the oldest one. @returns null when none waits, undefined when Redis does not answer */
  async take(): Promise<CallBack | null | undefined> {
    const found = await this.cluster.store.takeLine(this.key, group, againMs)
    return found && (this.read(found.id, found.line) ?? null)
  }

  /** It was kept. @returns whether it was in the list; undefined when Redis gives no answer */
  done(id: string): Promise<boolean | undefined> {
    return this.cluster.store.dropLine(this.key, group, id)
  }

  /** Removes those of a caller who is erased. */
  async forget(isOfCaller: (callBack: CallBack) => boolean): Promise<void> {
    for (const callBack of (await this.open()) ?? []) if (isOfCaller(callBack)) await this.done(callBack.id)
  }

  private read(id: string, line: string): CallBack | undefined {
    const form = formSchema.safeParse(this.cluster.vault.open(line, this.key)).data
    return form && { ...form, id }
  }
}
