// Assets made once and shared by all workers of a pool: compiling ffmpeg's WebAssembly.Module costs 650 ms and 100 MB,
// sharing the result costs nothing. The first worker that needs an asset makes it, because compiling on the call thread
// delayed a frame by 50 ms; the others wait for it.

import type { Lane } from './lane.ts'
import type { FromWorker } from './protocol.ts'

type Entry = { value: unknown } | { maker: Lane; waiters: Set<Lane> }

export class SharedAssets {
  private readonly entries = new Map<string, Entry>()

  readonly take = (lane: Lane, message: FromWorker & { key: string }): void => {
    const { key } = message
    const entry = this.entries.get(key)
    switch (message.kind) {
      case 'wantAsset':
        if (entry === undefined) this.make(key, lane, new Set())
        else if ('value' in entry) lane.post({ kind: 'asset', key, value: entry.value })
        else entry.waiters.add(lane)
        return
      case 'asset':
        this.entries.set(key, { value: message.value })
        if (entry === undefined || 'value' in entry) return
        for (const waiter of entry.waiters) waiter.post({ kind: 'asset', key, value: message.value })
        return
      case 'assetFailed':
        this.passOn(key, lane)
    }
  }

  /** A worker is gone: the next worker that waits for its asset makes it. */
  lost(lane: Lane): void {
    for (const [key, entry] of [...this.entries]) {
      if ('value' in entry) continue
      entry.waiters.delete(lane)
      if (entry.maker === lane) this.passOn(key, lane)
    }
  }

  private passOn(key: string, from: Lane): void {
    const entry = this.entries.get(key)
    if (entry === undefined || 'value' in entry || entry.maker !== from) return
    this.entries.delete(key)
    const [next] = entry.waiters
    if (next === undefined) return
    entry.waiters.delete(next)
    this.make(key, next, entry.waiters)
  }

  private make(key: string, maker: Lane, waiters: Set<Lane>): void {
    this.entries.set(key, { maker, waiters })
    maker.post({ kind: 'makeAsset', key })
  }
}
