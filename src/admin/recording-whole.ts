// A call that several machines recorded, as one sound: from whichever machines have its parts, and in whichever form.

import type { Context } from 'hono'
import { callIdOf } from '../recording/entry.ts'
import type { FoundPage, FoundRecording } from '../recording/everywhere.ts'
import type { RecordingQuery } from '../recording/library.ts'
import { openStereoWav, wavHeaderBytes } from '../recording/stereo-wav.ts'
import { mostParts, together } from '../recording/together.ts'
import { type PartSound, wholeWav } from '../recording/whole-call.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { problem } from './problem.ts'
import { unknownRecording } from './recording-files.ts'

/** Bytes of decoded sound at a time. */
const pieceBytes = 64 * 1024

type WholeDeps = Pick<AdminDeps, 'recordings' | 'cluster' | 'decodeStereo'> & {
  everywhere(query: RecordingQuery): Promise<FoundPage>
}

/** @param id of any of its parts @param machine address of the one that has that part; undefined takes any */
export async function sendWhole(
  context: Context<AdminEnv>,
  deps: WholeDeps,
  id: string,
  machine: string | undefined,
): Promise<Response> {
  const { recordings, missing } = await deps.everywhere({ callId: callIdOf(id), limit: mostParts })
  const parts = recordings.toReversed()
  const at = parts.findIndex((one) => one.record.id === id && (machine ?? one.machine) === one.machine)
  const chain = at < 0 ? [] : together(parts, at)
  const neighbours = chain.flatMap(({ record }) => [record.partBefore, record.partAfter])
  const away = missing.filter((url) => at < 0 || neighbours.includes(url))
  const sounds = away.length > 0 ? [] : await Promise.all(chain.map((part) => soundOf(part, deps)))
  if (away.length > 0 || sounds.includes('away'))
    return problem(context, 503, 'machine_off', 'a machine with a part of the call is off or does not answer')
  if (at < 0) return unknownRecording(context)
  const found = sounds.filter((sound) => sound !== 'away' && sound !== 'none')
  if (found.length === 0) return problem(context, 404, 'no_wav', 'the recording has no sound')
  const wav = wholeWav(found)
  const headers = { 'Content-Type': 'audio/wav', 'Content-Length': String(wav.sizeBytes) }
  return new Response(context.req.method === 'HEAD' ? null : wav.stream(), { headers })
}

async function soundOf(part: FoundRecording, deps: WholeDeps): Promise<PartSound | 'none' | 'away'> {
  const { machine, audio, record } = part
  if (audio === 'none') return 'none'
  const isHere = machine === undefined || machine === deps.cluster?.recordings.own
  const startedMs = Date.parse(record.startedAt)
  if (audio === 'mp3') {
    const mp3 = isHere ? await mp3Here(deps, record.id) : await mp3There(deps, record.id, machine)
    return typeof mp3 === 'string' ? mp3 : decoded(await deps.decodeStereo(mp3), startedMs)
  }
  const sound = isHere ? await rawHere(deps, record.id) : await rawThere(deps, record.id, machine)
  return typeof sound === 'string' ? sound : { ...sound, startedMs }
}

/** @param samples both sides, interleaved */
function decoded({ buffer, byteOffset, byteLength }: Int16Array, startedMs: number): PartSound {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  return {
    ...{ startedMs, sizeBytes: byteLength },
    async *open() {
      // Copies: a stream does not take memory that threads share.
      for (let at = 0; at < byteLength; at += pieceBytes) yield bytes.slice(at, at + pieceBytes)
    },
  }
}

async function mp3Here({ recordings }: WholeDeps, id: string) {
  const found = await recordings.find(id)
  return found === undefined ? 'none' : Bun.file(found.files.mp3).bytes()
}

async function rawHere({ recordings }: WholeDeps, id: string) {
  const found = await recordings.find(id)
  const wav = found && (await openStereoWav(found.files))
  if (wav === undefined) return 'none'
  const { sizeBytes } = wav
  return { sizeBytes: sizeBytes - wavHeaderBytes, open: () => wav.stream(wavHeaderBytes, sizeBytes) }
}

/** A file of a recording of another machine; undefined when it does not answer, or has it no more. */
async function askFor(
  { cluster }: WholeDeps,
  request: { method: 'GET' | 'HEAD'; name: string; machine: string; range?: string },
): Promise<Response | undefined> {
  const answer = (await cluster?.recordings.ask(request))?.answers[0]?.answer
  if (answer?.ok) return answer
  await answer?.body?.cancel()
  return undefined
}

async function mp3There(deps: WholeDeps, id: string, machine: string) {
  const answer = await askFor(deps, { method: 'GET', name: `${id}.mp3`, machine })
  return answer === undefined ? 'away' : new Uint8Array(await answer.arrayBuffer())
}

/** Its length now, its samples when their turn comes. */
async function rawThere(deps: WholeDeps, id: string, machine: string) {
  const name = `${id}.wav`
  const head = await askFor(deps, { method: 'HEAD', name, machine })
  if (head === undefined) return 'away'
  return {
    sizeBytes: Number(head.headers.get('Content-Length')) - wavHeaderBytes,
    async *open() {
      const range = `bytes=${wavHeaderBytes}-`
      const answer = await askFor(deps, { method: 'GET', name, machine, range })
      if (!answer?.body) throw new Error('the machine with a part of the call does not answer any more')
      yield* answer.body
    },
  }
}
