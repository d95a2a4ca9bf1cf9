// Waiting for something that real sockets bring about.

/**
 * Resolves as soon as `condition` holds, which is asked on every turn of the event loop.
 *
 * @throws {Error} naming `what` when it does not hold after `limitMs`
 */
export async function until(what: string, condition: () => boolean, limitMs = 5_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
