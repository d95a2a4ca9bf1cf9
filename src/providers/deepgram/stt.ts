// Deepgram as recogniser: nova over `/v1/listen`, Flux over `/v2/listen`, or a local server that speaks the same.

import { createLiveStt, type LiveDeps, type LiveOptions } from '../live/stt.ts'
import type { Stt } from '../stt.ts'
import { readFlux, readNova } from './messages.ts'
import { type Client, sdkConnect } from './socket.ts'
import {
  closeStream,
  type FluxSettings,
  finalize,
  fluxConfigure,
  fluxQuery,
  keepAlive,
  type NovaSettings,
  novaConfigure,
  novaQuery,
} from './wire.ts'

/** nova: words with punctuation, ended by `speech_final` and `UtteranceEnd`. */
export function createNova(
  client: Client,
  settings: NovaSettings,
  options: LiveOptions,
  deps: LiveDeps,
): Stt {
  return createLiveStt('deepgram', options, deps, (call) => ({
    connect: sdkConnect(client, 'v1', (hints) => novaQuery(settings, call, hints)),
    read: readNova,
    keepAlive,
    finalize,
    goodbye: closeStream,
    configure: (hints) => novaConfigure(settings, hints),
    reopens: true,
    rateHz: settings.rateHz,
  }))
}

/** Flux: the vendor ends the turns, and announces early when a turn is probably over. */
export function createFlux(
  client: Client,
  settings: FluxSettings,
  options: LiveOptions,
  deps: LiveDeps,
): Stt {
  return createLiveStt('flux', options, deps, (call) => ({
    connect: sdkConnect(client, 'v2', (hints) => fluxQuery(settings, call, hints)),
    read: readFlux,
    configure: (hints) => fluxConfigure(settings, hints),
    goodbye: closeStream,
    rateHz: settings.rateHz,
  }))
}
