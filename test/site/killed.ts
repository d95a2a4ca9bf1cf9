// A process that changes a desk and kills itself before step number `k` of its disk. It prints `done` when it came to
// the end. Run by kill.live.ts.

import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { exportSite, importSite } from '../../src/site/archive.ts'
import { createSiteDisk } from '../../src/site/disk.ts'
import { standIn } from '../phrases/stand-in.ts'
import { marie, startDesk } from './support.ts'

const [dir = '', action = '', k = ''] = process.argv.slice(2)
let steps = 0
const disk = createSiteDisk(() => {
  if (steps++ === Number(k)) process.kill(process.pid, 'SIGKILL')
})
const backup = join(dir, 'backup.tar.gz')
const voice = standIn()
const { editor, site, revoicer } = await startDesk(
  dir,
  disk,
  action === 'revoice' ? { speaker: voice.speaker, clock: systemClock } : undefined,
)
const actions: Record<string, () => Promise<unknown>> = {
  put: () => editor.put('welcome', 'fr', 'Bonsoir.', marie),
  upload: () => editor.putSound('welcome', 'fr', new Uint8Array(2), marie),
  revoice: () => revoicer.work(),
  undo: () => editor.undo(1, 'Paul'),
  export: async () => disk.write(backup, await exportSite(site)),
  import: async () =>
    importSite(site, await Bun.file(backup).bytes(), {
      by: 'Paul',
      shippedText: () => undefined,
      check: () => undefined,
    }),
}
await actions[action]!()
console.log('done')
