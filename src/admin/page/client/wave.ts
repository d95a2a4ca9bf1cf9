// Waveforms in two lanes, the caller above and the bot below: rolling for a live call, whole for a recording.

import { frameSamples } from '../../../audio/pcm.ts'

/** The peaks of the last seconds, one per 20 ms and side; the newest is at the right. */
export class RollingWave {
  private readonly caller: Float32Array
  private readonly agent: Float32Array
  private at = 0
  private drawing = false

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly columns = 280,
  ) {
    this.caller = new Float32Array(columns)
    this.agent = new Float32Array(columns)
  }

  /** @param callerPeak 0 to 1 @param agentPeak 0 to 1 */
  push(callerPeak: number, agentPeak: number): void {
    this.caller[this.at % this.columns] = callerPeak
    this.agent[this.at % this.columns] = agentPeak
    this.at++
    if (this.drawing) return
    this.drawing = true
    requestAnimationFrame(() => {
      this.drawing = false
      this.draw()
    })
  }

  private draw(): void {
    const pen = clear(this.canvas)
    const width = this.canvas.width / this.columns
    for (let i = 0; i < this.columns; i++) {
      const from = (this.at + i) % this.columns
      bar(pen, this.canvas, i * width, width, this.caller[from] ?? 0, this.agent[from] ?? 0)
    }
  }
}

/** @param samples interleaved, caller left */
export function stereoPeaks(samples: Int16Array): [caller: number, agent: number] {
  let caller = 0
  let agent = 0
  for (let i = 0; i + 1 < samples.length; i += 2) {
    caller = Math.max(caller, Math.abs(samples[i] ?? 0))
    agent = Math.max(agent, Math.abs(samples[i + 1] ?? 0))
  }
  return [caller / 32_768, agent / 32_768]
}

type WholeWave = { caller: Float32Array; agent: Float32Array }

/** Peaks of a recording for `columns` columns. @param left @param right samples from −1 to 1, equally long */
export function wholeWave(left: Float32Array, right: Float32Array, columns: number): WholeWave {
  const step = Math.max(frameSamples / 8, left.length / columns)
  const wave = { caller: new Float32Array(columns), agent: new Float32Array(columns) }
  for (const [lane, source] of [
    [wave.caller, left],
    [wave.agent, right],
  ] as const)
    for (let i = 0; i < source.length; i++) {
      const column = Math.min(columns - 1, Math.floor(i / step))
      lane[column] = Math.max(lane[column] ?? 0, Math.abs(source[i] ?? 0))
    }
  return wave
}

/** @param playedShare position of the player, 0 to 1 */
export function drawWhole(canvas: HTMLCanvasElement, wave: WholeWave, playedShare: number): void {
  const pen = clear(canvas)
  const width = canvas.width / wave.caller.length
  for (let i = 0; i < wave.caller.length; i++)
    bar(pen, canvas, i * width, width, wave.caller[i] ?? 0, wave.agent[i] ?? 0)
  pen.context.fillStyle = pen.ink
  pen.context.fillRect(playedShare * canvas.width - 1, 0, 2, canvas.height)
}

type Pen = { context: CanvasRenderingContext2D; caller: string; agent: string; ink: string }

/** Takes the colours from the canvas's CSS, which already handles light and dark mode. */
function clear(canvas: HTMLCanvasElement): Pen {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser cannot draw')
  context.clearRect(0, 0, canvas.width, canvas.height)
  const style = getComputedStyle(canvas)
  return { context, caller: style.color, agent: style.textDecorationColor, ink: style.caretColor }
}

/** Draws peaks on a square-root scale, so that quiet speech is visible. */
function bar(
  pen: Pen,
  canvas: HTMLCanvasElement,
  x: number,
  width: number,
  callerPeak: number,
  agentPeak: number,
): void {
  const lane = canvas.height / 2
  for (const [peak, middle, colour] of [
    [callerPeak, lane / 2, pen.caller],
    [agentPeak, lane * 1.5, pen.agent],
  ] as const) {
    const height = Math.max(1, Math.sqrt(peak) * (lane - 4))
    pen.context.fillStyle = colour
    pen.context.fillRect(x, middle - height / 2, Math.max(1, width - 0.6), height)
  }
}
