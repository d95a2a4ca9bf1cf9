// The shape of every error: a class per room, a `code` to test against, a sentence for a human, and the cause. A
// message never contains what a caller said or keyed, or a caller's name.

export type AppErrorOptions = { cause?: unknown; retryable?: boolean }

export class AppError extends Error {
  override name = 'AppError'
  /** Whether the same request may succeed if retried soon. */
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

/** A setting or an operator's file cannot be used; the message says what to do. */
export class ConfigError extends AppError {
  override name = 'ConfigError'
}

/** A recogniser, language model or voice failed; `retryable` says whether a retry makes sense. */
export class ProviderError extends AppError {
  override name = 'ProviderError'
}

/** The text of anything thrown, for a log field. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** The same for a person: `Error:` alone says nothing. */
export const faultText = (error: unknown): string =>
  error instanceof Error && error.name === 'Error' ? error.message : errorText(error)
