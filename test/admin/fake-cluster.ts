// A cluster in which the other machines have nothing and take everything.

import type { ClusterDeps } from '../../src/admin/deps.ts'

export const fakeCluster = (change: Partial<ClusterDeps> = {}): ClusterDeps => ({
  isPeer: (header, signedMethod, signedPath) => header === `Cluster ${signedMethod} ${signedPath}`,
  received: () => {},
  calls: {
    list: async () => [],
    get: async () => undefined,
    act: async () => undefined,
    follow: () => () => {},
    followRows: () => () => {},
    find: async () => undefined,
  },
  recordings: {
    own: 'http://here.example:8080',
    search: async () => ({ found: [], missing: [] }),
    turns: async () => ({ found: [], missing: [] }),
    held: async () => ({ found: [], missing: [] }),
    ask: async () => ({ answers: [], missing: [] }),
  },
  machines: () => [],
  away: () => [],
  callBacks: { open: async () => [], take: async () => null, done: async () => true },
  siteContent: async () => undefined,
  erase: async () => ({ erased: [], recordings: 0, live: [], unmatched: 0 }),
  nextStep: async () => undefined,
  ownNextStep: () => undefined,
  ...change,
})
