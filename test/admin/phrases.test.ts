import { describe, expect, test } from 'bun:test'
import { readWav } from '../../src/audio/wav.ts'
import { fakeProgram } from './fakes.ts'

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
