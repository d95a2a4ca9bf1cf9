/** @jsxImportSource hono/jsx */
// The page /call as the server renders it, in its first language. `data-text` and `data-label` name the words, so that
// the script can change the language (client/call.ts).

import { Keypad } from '../keypad.tsx'
import type { OfferedTexts } from './texts.ts'

export type CallPageProps = {
  texts: OfferedTexts
  language: string
  /** The site has chosen the language: the visitor is not asked. */
  isFixed: boolean
  /** How the page may call, in order: `webrtc websocket`. */
  ways: string
}

export function CallPage({ texts, language, isFixed, ways }: CallPageProps) {
  const words = texts[language]
  const codes = Object.keys(texts)
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title data-text="title">{words.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page/colours.css" />
        <link rel="stylesheet" href="/page/call.css" />
        <script type="module" src="/page/call.js" />
      </head>
      <body data-ways={ways}>
        <main id="phone" data-state="idle">
          <header>
            <h1 data-text="title">{words.title}</h1>
            <label id="language" hidden={isFixed || codes.length < 2}>
              <span class="unseen" data-text="language">
                {words.language}
              </span>
              <select>
                {codes.map((code) => (
                  <option value={code} lang={code} selected={code === language}>
                    {texts[code].name}
                  </option>
                ))}
              </select>
            </label>
          </header>
          <p id="intro" data-text="intro">
            {words.intro}
          </p>
          <div id="status">
            <p id="state" role="status" />
            <time id="duration" aria-hidden="true" />
            <canvas id="wave" width="560" height="64" />
          </div>
          <p id="notice" role="alert" />
          <p id="way" role="status" />
          <section id="transcript" tabindex={0} data-label="transcript" aria-label={words.transcript}>
            <div id="lines" role="log" aria-live="polite" />
            <p id="interim" aria-hidden="true" />
          </section>
          <form id="write">
            <input
              name="text"
              maxlength={500}
              autocomplete="off"
              enterkeyhint="send"
              data-label="write"
              data-placeholder="writeHere"
              aria-label={words.write}
              placeholder={words.writeHere}
            />
            <button type="submit" data-text="send">
              {words.send}
            </button>
          </form>
          <Keypad label={words.keypad} />
          <button type="button" id="call" disabled>
            {words.call}
          </button>
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
