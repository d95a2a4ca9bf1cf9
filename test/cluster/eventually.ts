/** Resolves as soon as `isTrue` does so with true; asks every 10 ms. @throws {Error} naming `what` after 30 s */
export async function eventually(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`did not happen within 30 s: ${what}`)
    await Bun.sleep(10)
  }
}
