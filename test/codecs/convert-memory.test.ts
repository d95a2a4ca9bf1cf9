import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

setDefaultTimeout(60_000)

test('the conversion of a voice allocates little beside its samples', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'convert-memory.ts')], {
    env: { ...process.env, BUN_JSC_useGC: '0', CONFIG_FILE: '' },
    stdout: 'pipe',
  })
  const text = await new Response(child.stdout).text()
  expect(await child.exited).toBe(0)
  const { kB, pieces } = JSON.parse(text) as { kB: number; pieces: number }
  // 8.5 kB a second with 4 pieces a second, 31 with 10; the samples themselves are outside of the heap.
  expect(kB).toBeLessThan(15)
  // Its first piece is short, so that the first samples come early.
  expect(pieces).toBeGreaterThan(10)
})
