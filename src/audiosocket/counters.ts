// Counters of the AudioSocket server, over all connections of the process. Every refusal and every loss is counted.

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
  /** Exceptions in our own code, caught at a socket handler. */
  failures: Counter
}

export function createWireCounters(metrics: Metrics): WireCounters {
  const count = (name: string, help: string) => metrics.counter(`audiosocket_${name}_total`, help)
  return {
    connections: count('connections', 'TCP connections accepted'),
    calls: count('calls', 'Connections that sent their UUID'),
    refused: count('refused', 'Connections refused: address, limits, UUID missing, wrong or in use'),
    droppedMessages: count('dropped_messages', 'Messages dropped because the peer did not read them'),
    oddAudio: count('odd_audio', 'Audio messages of odd length, replaced by silence'),
    emptyAudio: count('empty_audio', 'Audio messages of length 0'),
    floodFrames: count('flood_frames', 'Frames dropped because they came faster than real time'),
    badKeys: count('bad_keys', 'DTMF messages that hold no valid key'),
    floodKeys: count('flood_keys', 'Keys dropped because they came faster than a person presses keys'),
    floods: count('floods', 'Calls ended because the peer sent far too much'),
    peerErrors: count('peer_errors', 'Error messages from the peer'),
    unknownMessages: count('unknown_messages', 'Messages of a kind that this server does not use, skipped'),
    failures: count('failures', 'Exceptions in our own code, caught at a socket handler'),
  }
}
