// The least that a page of one's own does to call by WebRTC, as a script for Chromium.

/** `connect` begins a call, and with `window.place` set it moves that one. @param token of the scope `call` */
export const clientScript = (token: string): string => `
window.messages = []
window.connect = async (port) => {
  window.mic ??= await navigator.mediaDevices.getUserMedia({ audio: true })
  const startMs = performance.now()
  const pc = new RTCPeerConnection()
  const channel = pc.createDataChannel('call')
  channel.onmessage = ({ data }) => messages.push(JSON.parse(data))
  pc.addTransceiver(mic.getTracks()[0], { direction: 'sendrecv', streams: [mic] })
  pc.ontrack = ({ track }) => {
    const context = (window.context ??= new AudioContext())
    const sound = context.createMediaStreamSource(new MediaStream([track]))
    window.analyser = context.createAnalyser()
    sound.connect(analyser)
    const player = new Audio()
    player.srcObject = new MediaStream([track])
    player.muted = true
    player.play()
  }
  await pc.setLocalDescription(await pc.createOffer())
  const response = await fetch(window.place ?? '/webrtc', {
    method: window.place ? 'PATCH' : 'POST',
    headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ${token}' },
    body: pc.localDescription.sdp,
  })
  if (!response.ok) throw new Error(await response.text())
  window.place = response.headers.get('location')
  let sdp = await response.text()
  if (port) sdp = sdp.replace(/(a=candidate:.* 127.0.0.1 )\\d+/, '$1' + port)
  await pc.setRemoteDescription({ type: 'answer', sdp })
  await new Promise((done, fail) => {
    const look = () => pc.connectionState === 'connected' && done()
    pc.addEventListener('connectionstatechange', look)
    look()
    setTimeout(() => fail(new Error('not connected: ' + pc.connectionState)), 8000)
  })
  Object.assign(window, { pc, channel })
  return performance.now() - startMs
}
window.hangUp = () =>
  fetch(place, { method: 'DELETE', headers: { Authorization: 'Bearer ${token}' } }).then(({ status }) => status)
window.loudness = () => {
  const samples = new Float32Array(2048)
  window.analyser?.getFloatTimeDomainData(samples)
  return Math.max(...samples)
}
`
