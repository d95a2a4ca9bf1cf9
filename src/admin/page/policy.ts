// The Content-Security-Policy of our pages: nothing from other origins, nothing inline.

/** @param ancestors who may put the page into a frame: an origin, or `'none'` with its quotes */
export const pagePolicy = (ancestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    'media-src blob:',
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
  ].join('; ')
