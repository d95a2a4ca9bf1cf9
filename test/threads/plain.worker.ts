// A thread without the pool's protocol: says that it is ready, echoes, and ends itself in the way it is asked to.

declare const self: Worker

self.onmessage = ({ data }: MessageEvent<{ kind: string; text?: string }>) => {
  if (data.kind === 'throw') throw new Error('thrown by the thread')
  if (data.kind === 'reject') void Promise.reject(new Error('rejected by the thread'))
  else if (data.kind === 'exit' || data.kind === 'end') process.exit(0)
  else if (data.kind === 'spin') for (;;);
  else self.postMessage({ kind: 'echo', text: data.text })
}
self.postMessage({ kind: 'ready' })
