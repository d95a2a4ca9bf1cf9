// The tokens of one request to a language model: by the vendor's count, or estimated where the stream ended without
// one, as it does when the caller interrupts.

import type { ChunkReading } from './chat-chunk.ts'
import { tokensOf } from './limiter.ts'
import type { LlmMessage } from './llm.ts'
import type { TokenCounts } from './usage.ts'

export class TokenTally {
  /** All tokens by the vendor's count; undefined as long as there is none. */
  total: number | undefined
  private told: TokenCounts | undefined
  private characters = 0
  private pieces = 0

  constructor(private readonly messages: readonly LlmMessage[]) {}

  take({ piece, thinks, totalTokens, tokens }: ChunkReading): void {
    // Some servers count on in each chunk: the last one says it all.
    this.total = totalTokens ?? this.total
    this.told = tokens ?? this.told
    this.characters += piece.length
    if (piece !== '' || thinks) this.pieces++
  }

  /** An estimate is an upper one: most servers send one token a chunk, some several. */
  counts(): { counts: TokenCounts; isEstimate: boolean } {
    if (this.told) return { counts: this.told, isEstimate: false }
    const completion = Math.max(this.pieces, Math.ceil(this.characters / 3))
    return { counts: { prompt: tokensOf(this.messages), cached: 0, completion }, isEstimate: true }
  }
}
