// A worker that is ready and dies of nothing in particular, as one that has no memory left would.

postMessage({ kind: 'ready' })
setTimeout(() => {
  throw new Error('dies of nothing')
}, 0)
