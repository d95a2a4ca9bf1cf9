import { expect, test } from 'bun:test'
import { statedFormat } from '../../src/providers/audio-type.ts'
import type { AudioFormat } from '../../src/providers/tts.ts'

const asked = { encoding: 's16le', rateHz: 24_000 } as const

const stated: [contentType: string | null, format: AudioFormat][] = [
  [null, asked],
  ['application/octet-stream', asked],
  ['audio/pcm', asked],
  ['audio/pcm;rate=16000', { ...asked, rateHz: 16_000 }],
  ['Audio/PCM; Rate="22050"; channels=2', { ...asked, rateHz: 22_050, channels: 2 }],
  ['audio/L16;rate=48000', { ...asked, rateHz: 48_000, byteOrder: 'unknown' }],
  ['audio/pcm;rate=1', asked],
  ['audio/pcm;rate=99999999', asked],
  ['audio/wav', { encoding: 'wav' }],
  ['audio/x-wav', { encoding: 'wav' }],
  ['audio/mpeg', { encoding: 'mp3' }],
  ['audio/ogg; codecs=opus', { encoding: 'opus' }],
  ['audio/aac', { encoding: 'aac' }],
  ['audio/new-thing', asked],
]
test.each(stated)('%p is read as %p', (contentType, format) => {
  expect(statedFormat('one', contentType, asked)).toEqual(format)
})

test.each(['text/html; charset=utf-8', 'text/plain', 'application/json', 'application/problem+json'])(
  '%s is refused',
  (contentType) => {
    expect(() => statedFormat('one', contentType, asked)).toThrow(/one sent text instead of audio/)
  },
)
