// An audio worker in a place where ffmpeg is not installed.

import { serveAudio } from '../../src/codecs/serve-audio.ts'

serveAudio(undefined)
