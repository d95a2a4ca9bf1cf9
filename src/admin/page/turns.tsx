/** @jsxImportSource hono/jsx */
// The parts of the operator's page about turns that the desk could not use, and about promised call-backs. The script
// fills both.

import type { PageTexts } from './texts.ts'

/** The turns come when it is opened. */
export function NotUnderstood({ texts }: { texts: PageTexts }) {
  const { turns, meanings } = texts
  return (
    <section aria-labelledby="turns-title">
      <h2 id="turns-title">{turns.title}</h2>
      <details id="turns">
        <summary>{turns.hint}</summary>
        <form id="turns-filter" class="row fields">
          <label>
            {turns.question}{' '}
            <select name="question">
              <option value="">{texts.any}</option>
              {Object.entries(meanings.questions).map(([question, name]) => (
                <option value={question}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            {texts.day} <input type="date" name="day" />
          </label>
          <button type="submit">{texts.search}</button>
        </form>
        <div id="turn-player" hidden />
        <div id="turn-list" />
        <p id="turns-state" class="hint" role="status" />
      </details>
    </section>
  )
}

/** Only where several machines share the list: one machine alone keeps none. */
export function CallBacks({ texts: { callBacks } }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="call-backs-title">
      <h2 id="call-backs-title" tabindex={-1}>
        {callBacks.title}
      </h2>
      <p class="hint">{callBacks.hint}</p>
      <p id="call-backs-fault" class="bad" role="status" />
      <div id="call-backs" />
    </section>
  )
}
