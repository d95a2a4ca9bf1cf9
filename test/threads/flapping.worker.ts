// A worker that dies right after it is ready, like one that has no memory left.

postMessage({ kind: 'ready' })
setTimeout(() => {
  throw new Error('dies for no reason')
}, 0)
