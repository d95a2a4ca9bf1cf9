// Who may use which route, and which uses go to the audit trail: one line per route. A route that is not here is
// refused, and test/admin/route-access.test.ts compares this table with the app's routes.

import type { Scope } from '../access/scopes.ts'

export type RouteAccess = {
  /**
   * Scopes of which the token needs one. `open`: no token, because the answer holds no data. `asterisk`: no token, but
   * an address of ASTERISK_ALLOW. `cluster`: the signature of another machine, and no token.
   */
  readonly needs: 'open' | 'asterisk' | 'cluster' | readonly Scope[]
  /** The action's name in the audit trail, for reading or changing personal data or what callers hear. */
  readonly audit?: string
  /** A signed link (webrtc/links.ts) may take the place of the token: to begin a call, or to go on with one. */
  readonly link?: 'begins' | 'goesOn'
}

const open: RouteAccess = { needs: 'open' }

export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  'GET /': open,
  'GET /page/style.css': open,
  'GET /call': open,
  'GET /page/colours.css': open,
  'GET /page/call.css': open,
  'GET /page/call.js': open,
  'GET /page/main.js': open,
  'GET /page/worklet.js': open,
  'GET /healthz': open,
  'GET /readyz': open,
  'OPTIONS /': open,
  'OPTIONS /healthz': open,
  'OPTIONS /readyz': open,
  'POST /api/session': { needs: 'open', audit: 'page.login' },
  'POST /api/link': { needs: ['erase'], audit: 'link.create' },
  'GET /asterisk/calls/:uuid/next': { needs: 'asterisk' },
  'GET /api/machines': { needs: ['read'] },
  'GET /cluster/calls': { needs: 'cluster' },
  'GET /cluster/events': { needs: 'cluster' },
  'GET /cluster/live': { needs: 'cluster' },
  'GET /cluster/calls/:id/listen': { needs: 'cluster' },
  'POST /cluster/calls/:id/:action': { needs: 'cluster' },
  'POST /cluster/erase': { needs: 'cluster' },
  'POST /cluster/tell': { needs: 'cluster' },
  'GET /cluster/site/:name': { needs: 'cluster' },
  'GET /cluster/calls/:id': { needs: 'cluster' },
  'GET /cluster/calls/:id/next': { needs: 'cluster' },
  'POST /api/calls/:id/expect': { needs: ['announce'] },
  'GET /metrics': { needs: ['read'] },
  'GET /api/openapi.json': { needs: ['read'] },
  'GET /api/calls': { needs: ['read'], audit: 'calls.read' },
  'GET /api/calls/:id': { needs: ['read'], audit: 'call.read' },
  'GET /api/events': { needs: ['read'], audit: 'calls.follow' },
  'GET /api/live': { needs: ['read'], audit: 'calls.follow' },
  'GET /api/calls/:id/events': { needs: ['read'], audit: 'call.follow' },
  'GET /api/calls/:id/listen': { needs: ['read'], audit: 'call.listen' },
  'POST /api/calls/:id/hangup': { needs: ['act'], audit: 'call.hangup' },
  'POST /api/calls/:id/transfer': { needs: ['act'], audit: 'call.transfer' },
  'GET /api/call-backs': { needs: ['read'], audit: 'callbacks.read' },
  'POST /api/call-backs/take': { needs: ['act'], audit: 'callback.take' },
  'POST /api/call-backs/:id/done': { needs: ['act'], audit: 'callback.done' },
  'POST /api/calls/:id/say': { needs: ['act'], audit: 'call.say' },
  'POST /api/calls/:id/hint': { needs: ['act'], audit: 'call.hint' },
  'GET /api/calls/:id/takeover': { needs: ['act'], audit: 'call.takeover' },
  'GET /api/talk': { needs: ['act', 'call'], link: 'begins', audit: 'call.talk' },
  'GET /webrtc': { needs: ['act', 'call'], link: 'begins' },
  'POST /webrtc': { needs: ['act', 'call'], link: 'begins', audit: 'call.talk' },
  'GET /webrtc/:id': { needs: ['act', 'call'], link: 'goesOn' },
  'POST /webrtc/:id': { needs: ['act', 'call'], link: 'goesOn' },
  'PATCH /webrtc/:id': { needs: ['act', 'call'], link: 'goesOn' },
  'DELETE /webrtc/:id': { needs: ['act', 'call'], link: 'goesOn' },
  'POST /api/webrtc/links': { needs: ['act', 'call'], audit: 'link.call' },
  'POST /api/drain': { needs: ['act'], audit: 'drain.start' },
  'DELETE /api/drain': { needs: ['act'], audit: 'drain.stop' },
  'GET /api/phrases': { needs: ['read'] },
  'GET /api/phrases/:name': { needs: ['read'] },
  'GET /api/voice': { needs: ['read'] },
  'PUT /api/phrases/:name': { needs: ['edit'], audit: 'phrase.change' },
  'POST /api/phrases/:name/preview': { needs: ['edit'] },
  'PUT /api/phrases/:name/sound': { needs: ['edit'], audit: 'phrase.sound' },
  'POST /api/phrases/:name/sound/preview': { needs: ['edit'] },
  'GET /api/hours': { needs: ['read'] },
  'PUT /api/hours': { needs: ['edit'], audit: 'hours.change' },
  'GET /api/site/history': { needs: ['read'] },
  'POST /api/site/history/:generation/undo': { needs: ['edit'], audit: 'site.undo' },
  'GET /api/draft': { needs: ['read'] },
  'PUT /api/draft/phrases/:name': { needs: ['edit'], audit: 'draft.change' },
  'PUT /api/draft/document': { needs: ['edit'], audit: 'draft.change' },
  'POST /api/draft/remove': { needs: ['edit'], audit: 'draft.change' },
  'DELETE /api/draft': { needs: ['edit'], audit: 'draft.discard' },
  'POST /api/draft/rehearse': { needs: ['edit'], audit: 'draft.rehearse' },
  'GET /api/draft/differences': { needs: ['read'], audit: 'recordings.read' },
  'POST /api/draft/publish': { needs: ['edit'], audit: 'draft.publish' },
  'GET /api/desk': { needs: ['read'] },
  'POST /api/desk/try': { needs: ['read'] },
  'POST /api/desk/reload': { needs: ['edit'], audit: 'desk.reload' },
  'POST /api/phrases/reload': { needs: ['edit'], audit: 'phrases.reload' },
  'GET /api/recordings': { needs: ['read'], audit: 'recordings.read' },
  'POST /api/recordings/search': { needs: ['read'], audit: 'recordings.read' },
  'POST /api/recordings/export': { needs: ['read'], audit: 'recordings.export' },
  'GET /api/recordings/:id': { needs: ['read'], audit: 'recording.read' },
  'DELETE /api/recordings/:id': { needs: ['erase'], audit: 'recording.delete' },
  'GET /api/callers/:phone': { needs: ['read'], audit: 'caller.read' },
  'POST /api/callers/find': { needs: ['read'], audit: 'caller.read' },
  'POST /api/callers/erase': { needs: ['erase'], audit: 'caller.erase' },
  'DELETE /api/callers/:phone': { needs: ['erase'], audit: 'caller.erase' },
  'GET /api/audit': { needs: ['erase'], audit: 'audit.read' },
}
