// Everything that is held of a caller, on all machines of a cluster.

import type { Held } from '../recording/access.ts'
import type { AdminDeps } from './deps.ts'
import { heldSchema } from './recording-schemas.ts'

/** `machine`: address of the one that holds it. */
type Placed = Omit<Held<unknown>, 'recordings'> & {
  recordings: (Held<unknown>['recordings'][number] & { machine?: string })[]
}

/** @param phone national form @returns with the machines that are off or did not answer, where there are several */
export async function heldEverywhere(
  { access, cluster }: Pick<AdminDeps, 'access' | 'cluster'>,
  phone: string,
): Promise<Placed & { missing?: string[] }> {
  if (cluster === undefined) return access(phone)
  const [own, { found, missing }] = await Promise.all([access(phone), cluster.recordings.held(phone)])
  const parts = [placed(own, cluster.recordings.own)]
  const silent = [...missing]
  for (const { machine, json } of found) {
    const { data } = heldSchema.safeParse(json)
    if (data === undefined) silent.push(machine)
    else parts.push(placed(data, machine))
  }
  return {
    recordings: parts.flatMap(({ recordings }) => recordings),
    calls: parts.flatMap(({ calls }) => calls),
    nextSteps: parts.flatMap(({ nextSteps }) => nextSteps),
    unwritten: parts.flatMap(({ unwritten }) => unwritten),
    missing: silent,
  }
}

function placed(held: Held<unknown>, machine: string | undefined): Placed {
  if (machine === undefined) return held
  const at = `?machine=${encodeURIComponent(machine)}`
  const audioAt = (audio: string | null) => (audio === null ? null : audio + at)
  return {
    ...held,
    recordings: held.recordings.map((one) => ({ ...one, machine, audio: audioAt(one.audio) })),
  }
}
