// What is counted of WebRTC.

import type { Metrics } from '../base/metrics.ts'

export type WebrtcCounters = ReturnType<typeof webrtcCounters>

export function webrtcCounters(metrics: Metrics) {
  const dropped = (what: string) =>
    metrics.counter('webrtc_dropped_total', 'Messages and packets of browsers that were ignored', { what })
  const frames = (what: string) =>
    metrics.counter(
      'webrtc_frames_total',
      'Frames of callers that were lost on the way, and what became of them',
      {
        what,
      },
    )
  return {
    floodPackets: dropped('packets beyond real time'),
    floodMessages: dropped('messages beyond the limit'),
    badMessages: dropped('unknown messages'),
    lostFrames: frames('lost'),
    restoredFrames: frames('restored'),
    recoveredFrames: frames('recovered'),
    concealedFrames: frames('concealed'),
    unsentFrames: metrics.counter(
      'webrtc_unsent_frames_total',
      'Frames of the agent while a call had no peer',
    ),
    peers: metrics.gauge('webrtc_peers', 'Peer connections of WebRTC, pending ones included'),
    moves: metrics.counter('webrtc_moves_total', 'Calls that moved to another peer'),
    floods: metrics.counter('webrtc_floods_total', 'Calls ended because their peer sent far too much'),
    failures: metrics.counter('webrtc_failed_total', 'Peers that never connected'),
  }
}
