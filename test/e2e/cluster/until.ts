// Waits for a condition that another process brings about.

const lookEveryMs = 20

/**
 * Settles when `holds`.
 *
 * @param what completes the sentence "not within N s: …"
 * @throws {Error} when it does not hold in time
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs / 1_000} s: ${what}`)
    await Bun.sleep(lookEveryMs)
  }
}
