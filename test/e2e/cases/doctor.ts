// What `bun run doctor` says about this Asterisk, over its manager interface.

import { doctorMain } from '../../../src/tools/doctor.ts'
import { type Case, check } from '../case.ts'
import type { World } from '../world.ts'

type Line = { part: string; name: string; verdict: string; says: string; advice?: string }

/** @returns the exit code, and what was found on Asterisk's side, by name */
async function ask(world: World, more: Record<string, string>) {
  let printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
  }
  await world.lab.setGlobal('BOT', '127.0.0.1:9092')
  await world.lab.setGlobal('BOTHTTP', 'http://127.0.0.1:8080')
  const right = { CONFIG_FILE: '', TTS: 'embedded', STT: 'embedded' }
  const environment = { ...world.asking('support'), ...right, ...more }
  const code = await doctorMain(['--json'], out, environment)
  check(printed.startsWith('{'), printed)
  const { checks } = JSON.parse(printed) as { checks: Line[] }
  const lines = checks.filter(({ part }) => part === 'asterisk')
  return { code, lines: new Map(lines.map((line) => [line.name, line])), printed }
}

const rightCase: Case<World> = {
  title: 'the doctor finds modules, queue, globals and clock of a right Asterisk',
  limitMs: 30_000,
  async run(world) {
    const { code, lines, printed } = await ask(world, {})
    check(code === 0, printed)
    const names = ['login', 'module res_audiosocket', 'module app_audiosocket', 'module func_curl']
    for (const name of [...names, 'queue support', 'global BOT', 'global BOTHTTP', 'clock'])
      check(lines.get(name)?.verdict === 'ok', `${name}: ${JSON.stringify(lines.get(name))}`)
    check(!printed.includes(world.lab.manager.secret), 'the secret is printed')
    return undefined
  },
}

const wrongCase: Case<World> = {
  title: 'the doctor says which queue and global of Asterisk are wrong, and what a refused login needs',
  limitMs: 30_000,
  async run(world) {
    const wrong = await ask(world, { TRANSFER_QUEUE: 'unheard-of', AUDIOSOCKET_PORT: '9093' })
    check(wrong.code === 1, wrong.printed)
    check(wrong.lines.get('queue unheard-of')?.verdict === 'failed', wrong.printed)
    check(wrong.lines.get('global BOT')?.verdict === 'failed', wrong.printed)
    const refused = await ask(world, { AMI_SECRET: 'not-the-secret' })
    check(refused.code === 1, refused.printed)
    check(refused.lines.get('login')?.advice?.includes('manager.conf') === true, refused.printed)
    return undefined
  },
}

export const doctorCases: Case<World>[] = [rightCase, wrongCase]
