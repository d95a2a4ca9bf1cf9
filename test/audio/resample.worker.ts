// The other thread of a test in resample.test.ts.
import { resample } from '../../src/audio/resample.ts'

declare const self: Worker

self.onmessage = (event: MessageEvent<Int16Array>) => {
  self.postMessage(resample(event.data, 24_000, 8_000))
}
