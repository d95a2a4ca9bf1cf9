import { expect, test } from 'bun:test'
import { agentLine } from '../../src/access/agent-line.ts'

test.each([
  [{ draining: false, live: 0, places: 500, most: 500 }, 'ready up 100% maxconn:500'],
  [{ draining: false, live: 135, places: 500, most: 500 }, 'ready up 73% maxconn:500'],
  // The last place is a place.
  [{ draining: false, live: 499, places: 500, most: 500 }, 'ready up 1% maxconn:500'],
  [{ draining: false, live: 9_999, places: 10_000, most: 10_000 }, 'ready up 1% maxconn:10000'],
  [{ draining: false, live: 500, places: 500, most: 500 }, 'ready up 0% maxconn:500'],
  // MAX_CALLS was lowered, or the server is late with fewer calls than it has.
  [{ draining: false, live: 120, places: 90, most: 500 }, 'ready up 0% maxconn:90'],
  [{ draining: false, live: 4, places: 8, most: 500 }, 'ready up 1% maxconn:8'],
  [{ draining: false, live: 0, places: 0, most: 500 }, 'ready up 0% maxconn:1'],
  [{ draining: true, live: 0, places: 500, most: 500 }, 'drain'],
])('%j: %s', (room, line) => {
  expect(agentLine(room)).toBe(line)
})
