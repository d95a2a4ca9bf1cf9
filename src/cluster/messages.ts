// What one machine tells all others at once: encrypted over Redis, or over HTTP to each while Redis is out of use.

import type { Members } from './members.ts'
import type { Peers } from './peers.ts'
import type { Store } from './store.ts'
import type { Vault } from './vault.ts'

/** The path on which a machine takes a message over HTTP. */
export const tellPath = '/cluster/tell'

export type MessagesOptions = {
  store: Pick<Store, 'publish' | 'subscribe'>
  vault: Pick<Vault, 'prefix' | 'seal' | 'open'>
  members: Pick<Members, 'id'>
  peers: Pick<Peers, 'askAll'>
}

export class Messages {
  private readonly channel: string
  private readonly listeners = new Set<(message: unknown) => void>()

  constructor(private readonly options: MessagesOptions) {
    const { store, vault, members } = options
    this.channel = `${vault.prefix}all`
    store.subscribe(this.channel, (sealed) => {
      const { from, message } = (vault.open(sealed, this.channel) ?? {}) as {
        from?: string
        message?: unknown
      }
      if (from !== undefined && from !== members.id) this.received(message)
    })
  }

  /** @param listener gets what other machines tell, of any version: it must check the form, and not throw */
  listen(listener: (message: unknown) => void): void {
    this.listeners.add(listener)
  }

  /** Resolves when the others have it, or cannot get it. */
  async tell(message: unknown): Promise<void> {
    const { store, vault, members, peers } = this.options
    const sealed = vault.seal({ from: members.id, message }, this.channel)
    if (await store.publish(this.channel, sealed)) return
    await peers.askAll(tellPath, { method: 'POST', body: message })
  }

  received(message: unknown): void {
    for (const listener of this.listeners) listener(message)
  }
}
