// Plays a sound that the API returns; a new one ends the one before.

let playing: HTMLAudioElement | undefined

export async function play(response: Response): Promise<void> {
  playing?.pause()
  const url = URL.createObjectURL(await response.blob())
  playing = new Audio(url)
  playing.onended = () => URL.revokeObjectURL(url)
  await playing.play()
}
