// What the admin routes use of WebRTC. Types only.

import type { WebrtcCalls } from './calls.ts'
import type { IceServer } from './ice.ts'

export type Webrtc = Pick<
  WebrtcCalls,
  'begin' | 'move' | 'trickle' | 'has' | 'end' | 'links' | 'linkCalls'
> & {
  /** For a browser that is about to call. */
  iceServers(): IceServer[]
}
