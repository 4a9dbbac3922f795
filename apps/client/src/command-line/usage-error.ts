/** The command line is wrong. The message is one sentence for the user: what was found, and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
