// Waits for something that real sockets bring about.

/** Long enough for a busy machine, shorter than the limit of a test, whose message would not say what was awaited. */
const patienceMs = 50_000

/**
 * Resolves as soon as `condition` holds; checks it every millisecond.
 *
 * @throws {Error} naming `what` when it does not hold after `limitMs`
 */
export async function until(what: string, condition: () => boolean, limitMs = patienceMs): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`did not happen within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
