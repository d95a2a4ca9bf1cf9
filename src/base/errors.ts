// One shape of error for every room: a class for the room, a `code` to test against, a sentence for a human,
// and the cause. What a caller said, keyed or is called never goes into a message.

export type AppErrorOptions = { cause?: unknown; retryable?: boolean }

export class AppError extends Error {
  override name = 'AppError'
  /** Whether the same request may succeed when asked again soon. */
  readonly retryable: boolean
  constructor(
    readonly code: string,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.retryable = options.retryable ?? false
  }
}

/** A setting or a file of the operator's that cannot be used; the message says what to do. */
export class ConfigError extends AppError {
  override name = 'ConfigError'
}

/** A recogniser, language model or voice that failed; `retryable` says whether asking again makes sense. */
export class ProviderError extends AppError {
  override name = 'ProviderError'
}

/** Text of anything thrown, for a log field. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
