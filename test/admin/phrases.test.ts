import { describe, expect, test } from 'bun:test'
import { readWav } from '../../src/audio/wav.ts'
import { fakeChange, fakeProgram } from './fakes.ts'

const json = { 'content-type': 'application/json' }

async function code(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`
}

describe('phrases', () => {
  test('are listed with text, source and generation', async () => {
    const { ask, deps } = fakeProgram()
    expect(await (await ask('/api/phrases')).json()).toEqual({ phrases: [...deps.phrases.list()] })
  })

  test('can be played as WAV', async () => {
    const response = await fakeProgram().ask('/api/phrases/ok.wav?language=fr')
    expect(response.headers.get('content-type')).toBe('audio/wav')
    const wav = readWav(new Uint8Array(await response.arrayBuffer()))
    expect([wav.rateHz, wav.channels, wav.samples.length, wav.samples[0]]).toEqual([8_000, 1, 160, 1_000])
  })

  test('a reload returns the new generation', async () => {
    const response = await fakeProgram().ask('/api/phrases/reload', { method: 'POST' })
    expect(await response.json()).toEqual({ generation: 2, phrases: 1 })
  })

  test('a broken file rejects the reload, which names it', async () => {
    const { ask, deps } = fakeProgram()
    deps.phrases.reload = async () => ({ ok: false, problems: ['welcome.raw: 3 bytes are no samples'] })
    const response = await ask('/api/phrases/reload', { method: 'POST' })
    expect(response.status).toBe(422)
    expect(((await response.json()) as { detail: string }).detail).toBe('welcome.raw: 3 bytes are no samples')
  })

  test('a text is changed by PUT', async () => {
    const { ask, asked } = fakeProgram()
    const init = { method: 'PUT', body: '{"text":"Très bien."}', headers: json }
    expect((await ask('/api/phrases/ok', init)).status).toBe(200)
    expect(asked).toEqual(['put fr ok Très bien.'])
  })

  test('a new text can be heard first, and nothing changes', async () => {
    const { ask, asked } = fakeProgram()
    const init = { method: 'POST', body: '{"text":"Très bien."}', headers: json }
    const response = await ask('/api/phrases/ok/preview', init)
    expect(readWav(new Uint8Array(await response.arrayBuffer())).samples.length).toBe(320)
    expect(asked).toEqual(['preview Très bien.'])
  })

  const audio = { 'content-type': 'audio/mpeg' }
  test('the sound of a person is heard, and then takes the place of the voice', async () => {
    const { ask, asked } = fakeProgram()
    const body = new Uint8Array(200_000)
    const heard = await ask('/api/phrases/ok/sound/preview', { method: 'POST', body, headers: audio })
    expect(heard.headers.get('content-type')).toBe('audio/wav')
    const put = await ask('/api/phrases/ok/sound?version=3', { method: 'PUT', body, headers: audio })
    expect(put.status).toBe(200)
    expect(asked).toEqual(['preview of 200000 bytes', 'sound fr ok 200000 bytes by admin on 3'])
  })

  test('a sound that is too large, or no audio, is refused unread', async () => {
    const { ask, asked } = fakeProgram()
    const put = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      ask('/api/phrases/ok/sound', { method: 'PUT', body, headers })
    expect(await code(await put(new Uint8Array(12_000_001), audio))).toBe('413 too_large')
    expect(await code(await put(new Uint8Array(9), { 'content-type': 'text/plain' }))).toBe('415 no_audio')
    expect(asked).toEqual([])
  })

  test('the third sound at once is refused, and the next one is taken', async () => {
    const { ask, deps } = fakeProgram()
    const { promise, resolve } = Promise.withResolvers<void>()
    deps.phrases.previewSound = async () => {
      await promise
      return { ok: true, samples: new Int16Array(160) }
    }
    const init = { method: 'POST', body: new Uint8Array(9), headers: audio }
    const upload = () => ask('/api/phrases/ok/sound/preview', init)
    const first = [upload(), upload()]
    expect(await code(await upload())).toBe('429 busy')
    resolve()
    for (const one of first) expect((await one).status).toBe(200)
    expect((await upload()).status).toBe(200)
  })

  test('the history is listed, and a change is taken back', async () => {
    const { ask, asked } = fakeProgram()
    expect(await (await ask('/api/site/history')).json()).toEqual({ changes: [fakeChange] })
    expect((await ask('/api/site/history/7/undo', { method: 'POST' })).status).toBe(200)
    expect(asked).toEqual(['undo 7 by admin'])
  })

  test.each([
    ['conflict', '409 changed_meanwhile'],
    ['unknown', '404 unknown_phrase'],
    [undefined, '422 phrase_rejected'],
  ] as const)('a change refused with %p gets %s', async (reason, refusal) => {
    const { ask, deps } = fakeProgram()
    const refused = { ok: false as const, problems: ['no'], ...(reason ? { code: reason } : {}) }
    deps.phrases.put = async () => refused
    deps.phrases.undo = async () => refused
    const init = { method: 'PUT', body: '{"text":"Un.","version":0}', headers: json }
    expect(await code(await ask('/api/phrases/ok', init))).toBe(refusal)
    expect(await code(await ask('/api/site/history/7/undo', { method: 'POST' }))).toBe(refusal)
  })

  test.each([
    ['GET', '/api/phrases/nope.wav', undefined, '404 unknown_phrase'],
    ['GET', '/api/phrases/ok.wav?language=xx', undefined, '400 bad_request'],
    ['GET', '/api/phrases/ok', undefined, '400 bad_request'],
    ['GET', '/api/phrases/..%2f..%2fpackage.json.wav', undefined, '400 bad_request'],
    ['PUT', '/api/phrases/nope', '{"text":"x"}', '404 unknown_phrase'],
    ['PUT', '/api/phrases/..%2fok', '{"text":"x"}', '400 bad_request'],
    ['PUT', '/api/phrases/ok', '{"text":"  "}', '400 bad_request'],
    ['GET', '/api/phrases/ok..wav', undefined, '400 bad_request'],
    ['GET', '/api/phrases/ok.0.wav', undefined, '400 bad_request'],
  ])('%s %s with %p is refused', async (method, path, body, refusal) => {
    const { ask, asked } = fakeProgram()
    expect(await code(await ask(path, { method, ...(body ? { body, headers: json } : {}) }))).toBe(refusal)
    expect(asked).toEqual([])
  })
})

test('the operator starts and stops draining', async () => {
  const { ask, deps } = fakeProgram()
  expect(await (await ask('/api/drain', { method: 'POST' })).json()).toEqual({ draining: true })
  expect(deps.drain.draining).toBe(true)
  expect(await (await ask('/api/drain', { method: 'DELETE' })).json()).toEqual({ draining: false })
})
