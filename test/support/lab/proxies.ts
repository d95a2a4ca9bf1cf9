// nginx and Caddy as Debian has them, unpacked into the cache and not installed: nothing of the machine changes.

import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'bun'

/** @returns paths of the two programs @throws when apt cannot download them */
export async function fetchProxies(): Promise<{ nginx: string; caddy: string }> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(process.env.VOICEBOT_CACHE ?? join(cache, 'wouippleul-voicebot'), 'proxies')
  const programs = { nginx: join(folder, 'root/usr/sbin/nginx'), caddy: join(folder, 'root/usr/bin/caddy') }
  if ((await Bun.file(programs.nginx).exists()) && (await Bun.file(programs.caddy).exists())) return programs
  mkdirSync(folder, { recursive: true })
  await $`apt-get download nginx caddy`.cwd(folder).quiet()
  for (const file of new Bun.Glob('*.deb').scanSync(folder))
    await $`dpkg-deb -x ${file} root`.cwd(folder).quiet()
  return programs
}

/** A certificate for `name` and 127.0.0.1, signed by itself. @returns paths of the two PEM files */
export async function certificate(folder: string, name: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const names = `subjectAltName=DNS:${name},IP:127.0.0.1`
  await $`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext ${names} -keyout ${key} -out ${cert}`.quiet()
  return { cert, key }
}
