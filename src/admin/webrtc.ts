// Calls from a browser by WebRTC, as WHIP has it (RFC 9725): an offer in, the answer out. A signed link may take the
// place of a token; guard.ts checks it, and only its origin gets CORS headers.

import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { validator } from 'hono-openapi'
import { z } from 'zod'
import type { Answered } from '../webrtc/calls.ts'
import type { IceServer } from '../webrtc/ice.ts'
import type { Webrtc } from '../webrtc/types.ts'
import type { AdminDeps, AdminEnv } from './deps.ts'
import { describeJson, describeMedia } from './describe.ts'
import { onlyJson } from './methods.ts'
import { problem, refuseInvalid } from './problem.ts'
import { wish, wishesOf } from './wishes.ts'

const sdpType = 'application/sdp'
/** RFC 8840: a fragment that trickles candidates. */
const fragmentType = 'application/trickle-ice-sdpfrag'
const allowedHeaders = 'Authorization, Content-Type, If-Match'
const exposedHeaders = 'Location, Link, Retry-After, Accept-Post, Accept-Patch'
/** When a refused client may try again: by then peers that never connected have been given up. */
const retryAfter = { 'Retry-After': '10' }
const iceSchema = z.object({
  iceServers: z.array(
    z.object({ urls: z.string(), username: z.string().optional(), credential: z.string().optional() }),
  ),
})
const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value
const linkBody = z.object({
  origin: z.string().max(300).refine(isOrigin, 'is not an origin such as https://www.example.com'),
  minutes: z.number().int().min(1).max(60).default(10),
  calls: z.number().int().min(1).max(20).default(3),
  language: wish.optional(),
  desk: wish.optional(),
})
const linkSchema = z.object({ link: z.string(), expiresAt: z.string(), page: z.string() })

/** What the routes take, as WHIP has it for the answer to OPTIONS. */
const takes = { 'Accept-Post': sdpType, 'Accept-Patch': `${sdpType}, ${fragmentType}` }

/**
 * Answers preflights of pages that a link was made for, and lets them read the answers; answers OPTIONS of programs,
 * which have no origin. Runs before the guard.
 */
export function linkOrigins({ webrtc }: Pick<AdminDeps, 'webrtc'>): MiddlewareHandler<AdminEnv> {
  return async (context, next) => {
    const origin = context.req.header('origin')
    const isKnown = origin !== undefined && webrtc?.links.isOrigin(origin) === true
    const isOptions = webrtc !== undefined && context.req.method === 'OPTIONS'
    if (isOptions && origin === undefined) return context.body(null, 200, takes)
    if (isOptions && isKnown)
      return context.body(null, 200, {
        ...takes,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
        'Access-Control-Allow-Headers': allowedHeaders,
        'Access-Control-Max-Age': '600',
        Vary: 'Origin',
      })
    await next()
    if (!isKnown) return
    context.res.headers.set('Access-Control-Allow-Origin', origin)
    context.res.headers.set('Access-Control-Expose-Headers', exposedHeaders)
    context.res.headers.append('Vary', 'Origin')
  }
}

const off = (context: Context<AdminEnv>) =>
  problem(context, 404, 'no_webrtc', 'WebRTC is off on this server: set WEBRTC_PORT, or use the WebSocket')

const ended = (context: Context<AdminEnv>) => problem(context, 404, 'unknown_call', 'this call has ended')

const offProblems = { 404: 'WebRTC is off on this server, or the call has ended' }
const answerProblems = {
  ...offProblems,
  409: 'A newer offer took the place of this one',
  415: 'The body is not application/sdp',
  429: 'Too many calls are being connected',
  503: 'Too many calls',
}

export function webrtcRoutes({ webrtc }: AdminDeps) {
  const app = new Hono<AdminEnv>()
  app.get(
    '/webrtc',
    describeJson('calls', 'STUN and TURN servers for a call by WebRTC', iceSchema, offProblems),
    (context) => (webrtc ? context.json({ iceServers: webrtc.iceServers() }) : off(context)),
  )
  app.post(
    '/webrtc',
    describeMedia(
      'calls',
      'Begin a call by WebRTC (WHIP): an offer in, the answer out',
      [sdpType],
      answerProblems,
    ),
    onlySdp(),
    async (context) => {
      if (webrtc === undefined) return off(context)
      const caller = { ...wishesOf(context), address: context.get('address'), link: context.get('link') }
      const answered = await webrtc.begin(await context.req.text(), caller)
      if (answered.ok)
        for (const one of webrtc.iceServers()) context.header('Link', linkOf(one), { append: true })
      return answer(context, answered, 201)
    },
  )
  // A session has no representation (RFC 9725, 4.1).
  app.get(
    '/webrtc/:id',
    describeMedia('calls', 'Whether a call by WebRTC lives', [], offProblems),
    (context) => {
      if (webrtc === undefined) return off(context)
      return webrtc.has(context.req.param('id')) ? context.body(null, 204) : ended(context)
    },
  )
  app.patch('/webrtc/:id', async (context, next) => {
    if (webrtc === undefined || !isType(context, fragmentType)) return next()
    const taken = webrtc.trickle(context.req.param('id'), await context.req.text())
    if (taken === 'taken') return context.body(null, 204)
    if (taken === 'unknown_call') return ended(context)
    if (taken === 'bad_fragment')
      return problem(context, 400, 'bad_fragment', 'the body is not a fragment with ice-ufrag and ice-pwd')
    const detail = 'there is no ICE restart: send the offer of a new RTCPeerConnection as application/sdp'
    return problem(context, 422, 'no_ice_restart', detail)
  })
  app.on(
    ['PATCH', 'POST'],
    '/webrtc/:id',
    describeMedia(
      'calls',
      'Move a call to another peer: a fresh offer in, its answer out',
      [sdpType],
      answerProblems,
    ),
    onlySdp(),
    async (context) => {
      if (webrtc === undefined) return off(context)
      const id = context.req.param('id')
      return answer(context, await webrtc.move(id, await context.req.text(), context.get('address')), 200)
    },
  )
  app.delete('/webrtc/:id', describeMedia('calls', 'End a call', [], offProblems), (context) => {
    if (webrtc === undefined) return off(context)
    return webrtc.end(context.req.param('id')) ? context.body(null, 204) : ended(context)
  })
  return app.route('/', linkRoute(webrtc))
}

function linkRoute(webrtc: Webrtc | undefined) {
  return new Hono<AdminEnv>().post(
    '/api/webrtc/links',
    describeJson('calls', 'Make a link by which visitors of a web page call', linkSchema, {
      ...offProblems,
      415: 'The body is not JSON',
    }),
    onlyJson(),
    validator('json', linkBody, refuseInvalid),
    (context) => {
      if (webrtc === undefined) return off(context) as never
      const wanted = context.req.valid('json')
      const { link, endsWallMs } = webrtc.links.create(wanted)
      const page = callPagePath(link, wanted)
      return context.json({ link, expiresAt: new Date(endsWallMs).toISOString(), page })
    },
  )
}

/**
 * The page `/call` for an iframe. The link is in the fragment, which no server and no log sees; the origin is in the
 * query, because the server answers with it who may embed the page.
 */
function callPagePath(link: string, { origin, language }: z.infer<typeof linkBody>): string {
  const query = new URLSearchParams({ origin, ...(language !== undefined && { language }) })
  return `/call?${query}#link=${link}`
}

const isType = (context: Context<AdminEnv>, type: string) =>
  (context.req.header('content-type') ?? '').split(';')[0].trim().toLowerCase() === type

function onlySdp(): MiddlewareHandler<AdminEnv> {
  return (context, next) => {
    if (isType(context, sdpType)) return next()
    return Promise.resolve(problem(context, 415, 'no_sdp', `the body must be ${sdpType}`, takes))
  }
}

/** A STUN or TURN server as WHIP names it in the answer (RFC 9725, 4.6). */
function linkOf({ urls, username, credential }: IceServer): string {
  const login = username === undefined ? '' : `; username="${username}"; credential="${credential}"`
  return `<${urls}>; rel="ice-server"${login}${login && '; credential-type="password"'}`
}

const statuses = {
  bad_offer: 400,
  unknown_call: 404,
  replaced: 409,
  link_used: 401,
  too_many_peers: 429,
  busy: 503,
} as const

function answer(context: Context<AdminEnv>, answered: Answered, status: 200 | 201) {
  if (!answered.ok) {
    const status = statuses[answered.code]
    return problem(context, status, answered.code, answered.detail, status >= 429 ? retryAfter : {})
  }
  return context.body(answered.answer, status, {
    'Content-Type': sdpType,
    Location: `/webrtc/${answered.id}`,
  })
}
