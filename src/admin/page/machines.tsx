/** @jsxImportSource hono/jsx */
// The part of the operator's page about the machines of a cluster. The script shows it where there are several.

import type { PageTexts } from './texts.ts'

export function Machines({ texts }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="machines-title" id="machines" hidden>
      <h2 id="machines-title">{texts.machines.title}</h2>
      <p id="machines-differ" class="bad" role="status" />
      <p id="machines-fault" class="bad" role="status" />
      <ul class="machines" />
    </section>
  )
}
