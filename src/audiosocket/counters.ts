// What the wire counts, for all connections of a process together. Every refusal and every loss has a number.

import type { Counter, Metrics } from '../base/metrics.ts'

export type WireCounters = {
  connections: Counter
  calls: Counter
  refused: Counter
  droppedMessages: Counter
  oddAudio: Counter
  emptyAudio: Counter
  floodFrames: Counter
  badKeys: Counter
  floodKeys: Counter
  floods: Counter
  peerErrors: Counter
  unknownMessages: Counter
  /** Exceptions of ours that a socket handler stopped. */
  failures: Counter
}

export function createWireCounters(metrics: Metrics): WireCounters {
  const count = (name: string, help: string) => metrics.counter(`audiosocket_${name}_total`, help)
  return {
    connections: count('connections', 'TCP connections accepted'),
    calls: count('calls', 'Connections that brought their UUID'),
    refused: count('refused', 'Connections refused: address, limits, UUID missing, wrong or in use'),
    droppedMessages: count('dropped_messages', 'Messages dropped because the peer did not take them'),
    oddAudio: count('odd_audio', 'Audio messages of odd length, replaced by silence'),
    emptyAudio: count('empty_audio', 'Audio messages of length 0'),
    floodFrames: count('flood_frames', 'Frames left out because they came faster than time passes'),
    badKeys: count('bad_keys', 'DTMF messages that are no key'),
    floodKeys: count('flood_keys', 'Keys left out because they came faster than anybody keys'),
    floods: count('floods', 'Calls ended because the peer sent far too much'),
    peerErrors: count('peer_errors', 'Error messages from the peer'),
    unknownMessages: count('unknown_messages', 'Messages of a kind that is not for us, skipped'),
    failures: count('failures', 'Exceptions of ours stopped at a socket handler'),
  }
}
