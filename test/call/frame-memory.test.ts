import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

setDefaultTimeout(60_000)

test('a frame of a recorded call allocates nothing', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'frame-memory.ts')], {
    env: { ...process.env, BUN_JSC_useGC: '0', CONFIG_FILE: '' },
    stdout: 'pipe',
  })
  const text = await new Response(child.stdout).text()
  expect(await child.exited).toBe(0)
  // The smallest object has 16 bytes. What remains is what the compiler makes meanwhile.
  expect(Number(text.trim() || Number.NaN)).toBeLessThan(16)
})
