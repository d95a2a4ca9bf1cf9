// The script of the audio workers' threads.

import { ffmpegFiles } from './ffmpeg-files.ts'
import { serveAudio } from './serve-audio.ts'

serveAudio(ffmpegFiles())
