// The metrics of all recordings together.

import type { Metrics } from '../base/metrics.ts'

/** Made before the first recording, so that each counter starts at 0: Prometheus misses a step from nothing to 1. */
export function recordingCounters(metrics: Metrics) {
  return {
    bytes: metrics.counter('recording_bytes_total', 'Bytes of recorded audio written'),
    dropped: metrics.counter(
      'recording_frames_dropped_total',
      'Frames not recorded because the disk was slow',
    ),
    errors: metrics.counter('recording_errors_total', 'Writes of recordings that failed'),
    stopped: metrics.counter('recording_stopped_total', 'Recordings that stopped before their call ended'),
  }
}
