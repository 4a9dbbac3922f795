/** No connection: explained already in its message, with the exit code for it. */
export class ConnectionFailedError extends Error {
  override readonly name = 'ConnectionFailedError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number, cause: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
