/** @jsxImportSource hono/jsx */
// The operator's page as the server renders it: the parts that never change. Everything else comes from the API, which
// requires the token; the page itself contains no data about calls or callers.

import { Keypad } from './keypad.tsx'
import { Machines } from './machines.tsx'
import { Spending } from './spending.tsx'
import type { PageLanguage, PageTexts } from './texts.ts'
import { CallBacks, NotUnderstood } from './turns.tsx'

type PageProps = {
  language: PageLanguage
  texts: PageTexts
  version: string
  /** How the telephone calls, in order: `webrtc websocket`; empty shows none. */
  ways: string
  /** Several machines share the list of the promised call-backs. */
  hasCallBacks: boolean
}

const outcomes = ['goodbye', 'transfer', 'hangup', 'error', 'lost']
const states = ['identification', 'diagnostic', 'solution', 'verification', 'transfer', 'goodbye']
/** A telephone number as people write it; the API checks that it is French. */
const phonePattern = '[+0-9 .\\/\\(\\)\\-]{10,24}'

export function Page({ language, texts, version, ways, hasCallBacks }: PageProps) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{texts.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page/colours.css" />
        <link rel="stylesheet" href="/page/style.css" />
        <link rel="stylesheet" href="/page/live.css" />
        <link rel="stylesheet" href="/page/sections.css" />
        <script type="module" src="/page/main.js" />
      </head>
      <body>
        <a class="skip" href="#main">
          {texts.skip}
        </a>
        <Header language={language} texts={texts} version={version} />
        <Login texts={texts} />
        <p id="message" role="status" />
        <main id="main" tabindex={-1}>
          <section id="gauges" aria-label={texts.gauges} />
          <div class="columns">
            <Live texts={texts} />
            {ways === '' ? null : <Talk texts={texts} ways={ways} />}
          </div>
          {hasCallBacks ? <CallBacks texts={texts} /> : null}
          <Recordings texts={texts} />
          <NotUnderstood texts={texts} />
          <Hours texts={texts} />
          <TrySentence texts={texts} />
          <Phrases texts={texts} />
          <Draft texts={texts} />
          <Spending texts={texts} />
          <Audit texts={texts} />
          <Machines texts={texts} />
        </main>
        <script
          type="application/json"
          id="texts"
          // The texts are the project's own; "<" is escaped so that no tag can end the script.
          dangerouslySetInnerHTML={{ __html: JSON.stringify(texts).replace(/</g, '\\u003c') }}
        />
      </body>
    </html>
  )
}

function Header({ language, texts, version }: Omit<PageProps, 'ways' | 'hasCallBacks'>) {
  const other = language === 'fr' ? 'en' : 'fr'
  return (
    <header class="top row">
      <h1>{texts.title}</h1>
      <span id="readiness" class="chip" role="status" />
      <span id="link" class="chip" role="status" />
      <span id="archive" class="chip" />
      <span class="grow" />
      <button type="button" id="drain" class="quiet" hidden />
      <a href={`?lang=${other}`} hreflang={other}>
        {texts.language}
      </a>
      <small>{version}</small>
    </header>
  )
}

function Login({ texts }: { texts: PageTexts }) {
  return (
    <form id="login" hidden>
      <p>{texts.tokenHint}</p>
      <label>
        <input name="username" autocomplete="username" value="voicebot" hidden />
        {texts.token} <input type="password" name="token" autocomplete="current-password" required />
      </label>
      <button type="submit">{texts.enter}</button>
    </form>
  )
}

/** The rows and the open call come from the script. */
function Live({ texts }: { texts: PageTexts }) {
  const isSorted = (column: string) => (column === 'help' ? 'descending' : 'none')
  return (
    <section aria-labelledby="live-title" class="wide">
      <div class="row head">
        <h2 id="live-title">{texts.live}</h2>
        <span id="live-count" class="hint" />
        <span class="grow" />
        <label class="row">
          <input type="checkbox" id="only-help" /> {texts.onlyHelp}
        </label>
        <input type="search" id="find-call" aria-label={texts.findCall} placeholder={texts.findCall} />
      </div>
      <p id="no-calls" class="empty">
        {texts.noCalls}
      </p>
      <div id="live-rows" hidden>
        <table id="live" aria-labelledby="live-title">
          <thead>
            <tr aria-rowindex={1}>
              {Object.entries(texts.columns).map(([column, name]) => (
                <th scope="col" class={column} aria-sort={isSorted(column)}>
                  <button type="button" class="quiet" data-column={column}>
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody />
        </table>
      </div>
      <div id="opened" />
    </section>
  )
}

function Talk({ texts, ways }: { texts: PageTexts; ways: string }) {
  return (
    <section aria-labelledby="talk-title" id="talk" data-ways={ways}>
      <h2 id="talk-title">{texts.talk}</h2>
      <p class="hint">{texts.talkHint}</p>
      <button type="button" id="talk-button" class="big">
        {texts.talkStart}
      </button>
      <p id="talk-state" role="status" />
      <canvas id="talk-wave" width="560" height="96" />
      <Keypad label={texts.keypad} />
      <form id="talk-write" class="row">
        <input
          name="text"
          maxlength={500}
          autocomplete="off"
          class="grow"
          aria-label={texts.write}
          placeholder={texts.write}
        />
        <button type="submit">{texts.send}</button>
      </form>
    </section>
  )
}

/** The texts beside the fields say which one counts: the setting, or what was changed here. */
function Hours({ texts }: { texts: PageTexts }) {
  const source = (name: string) => <small id={`hours-${name}-source`} />
  return (
    <section aria-labelledby="hours-title">
      <h2 id="hours-title">{texts.hoursAndMessage}</h2>
      <p id="hours-now" class="hint" role="status" />
      <form id="hours" class="stack">
        <label>
          {texts.hours}{' '}
          <input name="hours" required maxlength={1_000} placeholder="lun-ven 9h-12h, 14h-18h" />
          {source('hours')}
        </label>
        <label>
          {texts.exceptions}
          <textarea name="exceptions" rows={2} maxlength={4_000} placeholder={texts.exceptionsHint} />
          {source('exceptions')}
        </label>
        <label>
          {texts.messageOfTheDay}
          <textarea name="message" rows={2} maxlength={200} placeholder={texts.messageHint} />
          {source('message')}
        </label>
        <label>
          {texts.messageUntil} <input type="date" name="until" />
          {source('until')}
        </label>
        <div class="row">
          <button type="submit" id="hours-publish" disabled>
            {texts.publish}
          </button>
          <button type="button" id="hours-hear" disabled>
            {texts.hearMessage}
          </button>
          <button type="reset" id="hours-discard" class="quiet" hidden>
            {texts.cancel}
          </button>
        </div>
      </form>
    </section>
  )
}

/** The desk of the next calls; no caller hears anything of it. */
function TrySentence({ texts }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="try-title">
      <h2 id="try-title">{texts.tryTitle}</h2>
      <p class="hint">{texts.tryHint}</p>
      <form id="try" class="row fields">
        <label class="wide">
          {texts.trySentence}{' '}
          <input name="sentence" required maxlength={500} placeholder={texts.tryExample} autocomplete="off" />
        </label>
        <label class="check">
          <input type="checkbox" name="draft" /> {texts.sayings.withDraft}
        </label>
        <button type="submit" id="try-submit">
          {texts.tryIt}
        </button>
      </form>
      <p id="try-state" class="hint" role="status" />
      <ol id="tried" class="tried" />
    </section>
  )
}

/** The lines come when it is opened. */
function Audit({ texts }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="audit-title">
      <h2 id="audit-title">{texts.audit}</h2>
      <details id="audit">
        <summary>{texts.auditHint}</summary>
        <form id="audit-filter" class="row fields">
          <label>
            {texts.auditColumns.who} <input name="who" maxlength={100} />
          </label>
          <label>
            {texts.auditColumns.action}{' '}
            <select name="action">
              <option value="">{texts.any}</option>
              {Object.entries(texts.actions).map(([action, name]) => (
                <option value={action}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            {texts.auditColumns.id} <input name="id" maxlength={100} />
          </label>
          <label>
            {texts.day} <input type="date" name="day" />
          </label>
          <button type="submit">{texts.search}</button>
        </form>
        <div id="audit-lines" />
      </details>
    </section>
  )
}

function Phrases({ texts }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="phrases-title">
      <div class="row head">
        <h2 id="phrases-title">{texts.phrases}</h2>
        <input type="search" id="find-phrase" aria-label={texts.findPhrase} placeholder={texts.findPhrase} />
        <button type="button" id="reload" class="quiet">
          {texts.reload}
        </button>
      </div>
      <p class="hint">{texts.phrasesHint}</p>
      <p id="voice" class="hint" role="status" />
      <div id="phrases" />
      <details id="history">
        <summary>{texts.history}</summary>
        <div id="changes" />
      </details>
    </section>
  )
}

function Draft({ texts }: { texts: PageTexts }) {
  return (
    <section aria-labelledby="draft-title">
      <h2 id="draft-title" tabindex={-1}>
        {texts.draft}
      </h2>
      <p class="hint">{texts.draftHint}</p>
      <form id="draft-saying" class="row fields">
        <label class="wide">
          {texts.sayings.said}{' '}
          <input
            name="said"
            required
            maxlength={120}
            placeholder={texts.sayings.saidExample}
            autocomplete="off"
          />
        </label>
        <label class="wide">
          {texts.sayings.means}{' '}
          <input
            name="means"
            required
            maxlength={120}
            placeholder={texts.sayings.meansExample}
            autocomplete="off"
          />
        </label>
        <button type="submit" id="draft-saying-keep">
          {texts.draftKeep}
        </button>
      </form>
      <ol id="draft-items" class="history" hidden />
      <div id="draft-tools" class="row fields" hidden>
        <label>
          {texts.draftLast} <input type="number" id="draft-last" min={1} max={2_000} value={200} />
        </label>
        <button type="button" id="draft-rehearse">
          {texts.draftRehearse}
        </button>
        <button type="button" id="draft-publish">
          {texts.draftPublish}
        </button>
        <button type="button" id="draft-discard" class="quiet danger">
          {texts.draftDiscard}
        </button>
      </div>
      <p id="draft-state" class="hint" role="status" />
      <details id="draft-where" hidden>
        <summary id="draft-count" />
        <p class="hint">{texts.draftAfter}</p>
        <ol id="draft-differences" class="tried" />
      </details>
      <button type="button" id="draft-undo" class="quiet" hidden>
        {texts.draftUndo}
      </button>
    </section>
  )
}

function Recordings({ texts }: { texts: PageTexts }) {
  const options = (values: string[]) => [
    <option value="">{texts.any}</option>,
    ...values.map((value) => <option value={value}>{texts.names[value]}</option>),
  ]
  return (
    <section aria-labelledby="recordings-title">
      <h2 id="recordings-title">{texts.recordings}</h2>
      <form id="search" class="row fields">
        <label>
          {texts.words} <input type="search" name="text" maxlength={200} />
        </label>
        <label>
          {texts.day} <input type="date" name="day" />
        </label>
        <label>
          {texts.phone} <input name="phone" type="tel" pattern={phonePattern} size={14} />
        </label>
        <label>
          {texts.outcome} <select name="outcome">{options(outcomes)}</select>
        </label>
        <label>
          {texts.state} <select name="state">{options(states)}</select>
        </label>
        <button type="submit">{texts.search}</button>
        <button type="button" id="export-csv" class="quiet">
          {texts.exportCsv}
        </button>
        <button type="button" id="export-json" class="quiet">
          {texts.exportJson}
        </button>
        <button type="button" id="erase" class="quiet danger">
          {texts.erase}
        </button>
      </form>
      <div id="player" hidden />
      <div id="recordings" />
      <p id="recordings-state" class="hint" role="status" />
    </section>
  )
}
