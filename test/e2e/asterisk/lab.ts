// A private Asterisk 22 for one run: fetched once (fetch.sh), configured from etc/ with the project's own dialplan,
// everything on 127.0.0.1 and on ports that are free now, so that several labs can run side by side.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ami, type AmiMessage } from './ami.ts'

export type LabOptions = {
  /** The dialplan under test. */
  dialplan: string
  /** Where the technicians' phones listen; port 9 (discard) is a phone that is off. */
  technicianPorts: readonly [number, number, number]
}

const here = import.meta.dir
const bootWithinMs = 20_000

/** Read by modules that insist on a file, and empty is what they get. */
const emptyFiles = [
  'acl',
  'ccss',
  'cel',
  'codecs',
  'dnsmgr',
  'dsp',
  'enum',
  'extconfig',
  'features',
  'pjproject',
]
const moreEmptyFiles = ['res_curl', 'sorcery', 'stasis', 'udptl', 'http']

export class Lab {
  private constructor(
    readonly home: string,
    readonly sipPort: number,
    readonly ami: Ami,
    /** What etc/voicebot.conf holds, for a bot that takes only announced calls. */
    readonly announceSecret: string,
    /** The manager's, for a bot that asks for technicians. */
    readonly manager: { port: number; user: string; secret: string },
    private readonly asterisk: Bun.Subprocess,
  ) {}

  /** @throws {Error} when Asterisk cannot be fetched, or does not boot within 20 s */
  static async start(options: LabOptions): Promise<Lab> {
    const root = await fetchAsterisk()
    const home = mkdtempSync(join(tmpdir(), 'voicebot-lab-'))
    for (const folder of ['etc', 'lib', 'spool', 'run', 'log']) mkdirSync(join(home, folder))
    const sipPort = await freeUdpPort()
    const amiPort = freeTcpPort()
    const secret = crypto.randomUUID()
    // With all that base64 has, because the dialplan sends it in a form.
    const announceSecret = `${crypto.randomUUID()}+/=`
    const rtpStart = 30_000 + Math.floor(Math.random() * 200) * 100
    const names: Record<string, string> = {
      HOME: home,
      ROOT: root,
      DIALPLAN: options.dialplan,
      SIP_PORT: String(sipPort),
      AMI_PORT: String(amiPort),
      AMI_SECRET: secret,
      RTP_START: String(rtpStart),
      RTP_END: String(rtpStart + 1_998),
      ANNOUNCE_SECRET: announceSecret,
      TECH1_PORT: String(options.technicianPorts[0]),
      TECH2_PORT: String(options.technicianPorts[1]),
      TECH3_PORT: String(options.technicianPorts[2]),
    }
    for (const name of [...emptyFiles, ...moreEmptyFiles])
      await Bun.write(join(home, 'etc', `${name}.conf`), '')
    for (const file of readdirSync(join(here, 'etc'))) {
      const template = await Bun.file(join(here, 'etc', file)).text()
      await Bun.write(join(home, 'etc', file), fill(template, names))
    }
    // By its own loader, with its own libraries: nothing of the machine's is used.
    const asterisk = Bun.spawn(
      [
        join(root, 'lib64/ld-linux-x86-64.so.2'),
        '--library-path',
        join(root, 'usr/lib/x86_64-linux-gnu'),
        join(root, 'usr/sbin/asterisk'),
        '-C',
        join(home, 'etc/asterisk.conf'),
        '-f',
      ],
      {
        stdin: 'ignore',
        stdout: Bun.file(join(home, 'log/stdout')),
        stderr: Bun.file(join(home, 'log/stderr')),
      },
    )
    try {
      const ami = await booted(asterisk, amiPort, secret)
      return new Lab(home, sipPort, ami, announceSecret, { port: amiPort, user: 'bot', secret }, asterisk)
    } catch (error) {
      asterisk.kill('SIGKILL')
      throw error
    }
  }

  /** Sends a caller into `extension` over a Local channel, whose other half runs [caller] of etc/extensions.conf. */
  async originate(extension: string, variables: Record<string, string>): Promise<void> {
    const answer = await this.ami.action({
      Action: 'Originate',
      Channel: `Local/${extension}@voicebot/n`,
      Context: 'caller',
      Exten: 's',
      Priority: '1',
      Async: 'true',
      Variable: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    })
    if (answer.Response !== 'Success') throw new Error(`originate refused: ${answer.Message}`)
  }

  /** Settles when the call of this id enters a queue. */
  queued(callId: string): Promise<AmiMessage> {
    return this.ami.event((event) => event.Event === 'QueueCallerJoin' && ofCall(event, callId))
  }

  /** Settles when somebody of a queue has taken the call of this id. */
  connected(callId: string): Promise<AmiMessage> {
    return this.ami.event((event) => event.Event === 'AgentConnect' && ofCall(event, callId))
  }

  /** Settles when the conversation behind a queue is over; `Reason` is `agent` or `caller`, whoever hung up. */
  completed(callId: string): Promise<AmiMessage> {
    return this.ami.event((event) => event.Event === 'AgentComplete' && ofCall(event, callId))
  }

  /** A variable of a live channel; '' when it has none of that name. */
  async variable(channel: string, name: string): Promise<string> {
    const answer = await this.ami.action({ Action: 'Getvar', Channel: channel, Variable: name })
    if (answer.Response !== 'Success') throw new Error(`no variable of ${channel}: ${answer.Message}`)
    return answer.Value
  }

  /** Sets a global variable of the dialplan, as `dialplan set global` does. */
  async setGlobal(name: string, value: string): Promise<void> {
    const answer = await this.ami.action({ Action: 'Setvar', Variable: name, Value: value })
    if (answer.Response !== 'Success') throw new Error(`no global ${name}: ${answer.Message}`)
  }

  /** Everything the dialplan did for this call so far, as `Application(data)`. */
  steps(callId: string): string[] {
    return this.ami.events
      .filter((event) => event.Event === 'Newexten' && ofCall(event, callId))
      .map((event) => `${event.Application}(${event.AppData})`)
  }

  /** Asterisk's own log, at verbose 10, and its call records. */
  async log(): Promise<string> {
    const files = Array.from(new Bun.Glob('**/*').scanSync(join(this.home, 'log')))
    return (await Promise.all(files.map((file) => Bun.file(join(this.home, 'log', file)).text()))).join('\n')
  }

  /** Lines of Asterisk's own log that are errors. */
  async errors(): Promise<string[]> {
    const log = await Bun.file(join(this.home, 'log/full')).text()
    return log.split('\n').filter((line) => / ERROR\[/.test(line))
  }

  /** Ends Asterisk; its folder goes with it unless `keep`. */
  async stop(options: { keep?: boolean } = {}): Promise<void> {
    this.ami.close()
    this.asterisk.kill('SIGTERM')
    const forced = setTimeout(() => this.asterisk.kill('SIGKILL'), 5_000)
    await this.asterisk.exited
    clearTimeout(forced)
    if (!options.keep) rmSync(this.home, { recursive: true, force: true })
  }
}

function ofCall(event: AmiMessage, callId: string): boolean {
  return event.ChanVariable?.split('\n').includes(`CALLID=${callId}`) ?? false
}

async function fetchAsterisk(): Promise<string> {
  const fetching = Bun.spawn(['bash', join(here, 'fetch.sh')], { stdin: 'ignore', stderr: 'inherit' })
  const output = await new Response(fetching.stdout).text()
  if ((await fetching.exited) !== 0) throw new Error('fetch.sh could not lay Asterisk into the cache')
  return output.trim().split('\n').at(-1)!
}

function fill(template: string, names: Record<string, string>): string {
  return template.replace(/@([A-Z0-9_]+)@/g, (whole, name: string) => names[name] ?? whole)
}

/** Settles when the manager says that everything is loaded. */
async function booted(asterisk: Bun.Subprocess, amiPort: number, secret: string): Promise<Ami> {
  const deadlineMs = performance.now() + bootWithinMs
  while (performance.now() < deadlineMs && asterisk.exitCode === null) {
    const ami = await Ami.connect(amiPort, secret).catch(() => undefined)
    if (ami) {
      const answer = await ami.command('core waitfullybooted')
      if (answer.includes('fully booted')) return ami
      ami.close()
    }
    await Bun.sleep(50)
  }
  throw new Error('Asterisk did not boot')
}

async function freeUdpPort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const port = socket.port
  socket.close()
  return port
}

export function freeTcpPort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const port = server.port
  server.stop(true)
  return port
}
