// The caller's microphone, or the reason why it is missing: the call then has keys and typed turns only.

/**
 * - `insecure`: the page was opened by plain HTTP, where browsers give no microphone
 * - `refused`: by the user, the browser's settings, or the page around this one (`allow="microphone"`)
 * - `none`: no microphone is connected
 * - `busy`: another program holds it
 */
export type Missing = 'insecure' | 'refused' | 'none' | 'busy'
export type Microphone = { readonly stream: MediaStream } | { readonly missing: Missing }

const reasons: Readonly<Record<string, Missing>> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export async function openMicrophone(): Promise<Microphone> {
  // Without a secure context `mediaDevices` is undefined, whatever its type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!isSecureContext || devices === undefined) return { missing: 'insecure' }
  try {
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    return { stream: await devices.getUserMedia({ audio }) }
  } catch (error) {
    return { missing: reasons[error instanceof DOMException ? error.name : ''] ?? 'none' }
  }
}
