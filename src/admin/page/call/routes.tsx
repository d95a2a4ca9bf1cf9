/** @jsxImportSource hono/jsx */
// Serves the page /call, by which anybody with a link or a token calls from a browser (docs/webrtc.md). It holds no
// data, so it needs no token itself. Who may put it into a frame follows from the links that were made.

import { Hono } from 'hono'
import type { AdminDeps, AdminEnv } from '../../deps.ts'
import { describeMedia } from '../../describe.ts'
import { problem } from '../../problem.ts'
import { pagePolicy } from '../policy.ts'
import { CallPage } from './page.tsx'
import { firstLanguage, offeredTexts } from './texts.ts'

/** How a page may call, in order: `webrtc websocket`. */
export const waysOf = ({ talk, webrtc }: Pick<AdminDeps, 'talk' | 'webrtc'>): string =>
  [...(webrtc ? ['webrtc'] : []), ...(talk ? ['websocket'] : [])].join(' ')

export function callPageRoutes({ languages, talk, webrtc }: AdminDeps) {
  const texts = offeredTexts(languages)
  const ways = waysOf({ talk, webrtc })
  const described = describeMedia('calls', 'The page by which callers call', ['text/html'], {
    404: 'Not available on this server',
  })
  return new Hono<AdminEnv>().get('/call', described, (context) => {
    if (ways === '')
      return problem(context, 404, 'no_talk', 'calls from a page are not available on this server')
    const { language: asked, origin } = context.req.query()
    const language = firstLanguage(texts, asked, context.req.header('accept-language'))
    const page = <CallPage texts={texts} language={language} isFixed={asked === language} ways={ways} />
    // Only an origin that a holder of a token made a link for gets into the header.
    const isKnown = origin !== undefined && webrtc?.links.isOrigin(origin) === true
    context.header('Content-Security-Policy', pagePolicy(isKnown ? origin : "'none'"))
    context.header('Permissions-Policy', 'microphone=(self), camera=(), geolocation=()')
    return context.html(`<!doctype html>${page.toString()}`)
  })
}
