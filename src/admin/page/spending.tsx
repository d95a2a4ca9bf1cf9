/** @jsxImportSource hono/jsx */
// The part of the operator's page about costs. The script fills it.

import type { PageTexts } from './texts.ts'

export function Spending({ texts }: { texts: PageTexts }) {
  const { title, hint, none, columns } = texts.spending
  return (
    <section aria-labelledby="spending-title">
      <h2 id="spending-title">{title}</h2>
      <p id="spending-sum" role="status" />
      <p id="spending-spent" class="bad" role="status" />
      <p id="spending-fault" class="bad" role="status" />
      <p id="spending-none" class="empty">
        {none}
      </p>
      <table id="spending" aria-labelledby="spending-title" hidden>
        <thead>
          <tr>
            {Object.entries(columns).map(([column, name]) => (
              <th scope="col" class={column}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody />
      </table>
      <p class="hint">{hint}</p>
    </section>
  )
}
