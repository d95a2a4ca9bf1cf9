/** @jsxImportSource hono/jsx */
// Serves the page and what it loads: the markup in the asked language, the style sheet, and the scripts, which Bun
// bundles at their first request.

import { Hono } from 'hono'
import { AppError } from '../../base/errors.ts'
import { isExecutable, programFile } from '../../base/program.ts'
import type { AdminDeps, AdminEnv } from '../deps.ts'
import { callPageRoutes, waysOf } from './call/routes.tsx'
import { Page } from './page.tsx'
import { pagePolicy } from './policy.ts'
import { pageLanguage, pageTexts } from './texts.ts'

export const pageScripts = ['main', 'call', 'worklet'] as const
/** Style sheets, served as they are. */
export const pageStyles = ['colours', 'style', 'live', 'sections', 'call'] as const
type Script = (typeof pageScripts)[number]

export function pageRoutes(deps: AdminDeps) {
  const app = new Hono<AdminEnv>()
  app.get('/', (context) => {
    const language = pageLanguage(context.req.query('lang'), context.req.header('accept-language'))
    const page = (
      <Page
        language={language}
        texts={pageTexts[language]}
        version={deps.version}
        ways={waysOf(deps)}
        hasCallBacks={deps.cluster !== undefined}
      />
    )
    context.header('Content-Security-Policy', pagePolicy("'none'"))
    context.header('Permissions-Policy', 'microphone=(self), camera=(), geolocation=()')
    return context.html(`<!doctype html>${page.toString()}`)
  })
  for (const name of pageStyles)
    app.get(`/page/${name}.css`, async (context) =>
      context.body(await Bun.file(programFile(styleFile(name))).text(), 200, {
        'Content-Type': 'text/css; charset=utf-8',
        'Cache-Control': 'no-cache',
      }),
    )
  for (const name of pageScripts)
    app.get(`/page/${name}.js`, async (context) =>
      context.body(await bundled(name), 200, {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'no-cache',
      }),
    )
  return app.route('/', callPageRoutes(deps))
}

export const styleFile = (name: (typeof pageStyles)[number]): string => `src/admin/page/${name}.css`

const bundles = new Map<Script, Promise<string>>()

function bundled(name: Script): Promise<string> {
  let bundle = bundles.get(name)
  if (bundle === undefined) {
    bundle = build(name)
    bundles.set(name, bundle)
    // A failed bundle is built again at the next request.
    bundle.catch(() => bundles.delete(name))
  }
  return bundle
}

/** Inside an executable the sources are not there, but the bundles that `bun run build` made of them. */
async function build(name: Script): Promise<string> {
  return isExecutable ? Bun.file(programFile(bundleFile(name))).text() : bundlePageScript(name)
}

/** Where `bun run build` puts a bundle among the embedded files. */
export const bundleFile = (name: Script): string => `page/${name}.js`

/** @throws {AppError} `page_broken` when the sources do not compile */
export async function bundlePageScript(name: Script): Promise<string> {
  const entry = programFile(`src/admin/page/client/${name}.ts`)
  const result = await Bun.build({ entrypoints: [entry], target: 'browser', minify: true })
  const [output] = result.outputs
  if (!result.success || output === undefined)
    throw new AppError('page_broken', `the page's ${name} script could not be bundled`)
  return output.text()
}
