import type { Clock } from './clock.ts';
import { AbortError, TimeoutError, type ClientError } from './engine/errors.ts';

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it is rejected with AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it is given up with TimeoutError; none unless given. */
  readonly timeout?: number | undefined;
}

/**
 * Watches the signal and the timeout of one call.
 *
 * @returns what ends the watch; undefined when there is nothing to watch
 * @throws AbortError when the signal is aborted already
 */
export function watchCall(
  { signal, timeout }: CallOptions,
  clock: Clock,
  giveUp: (error: ClientError) => void,
): (() => void) | undefined {
  if (signal?.aborted === true) throw abortError(signal);
  if (signal === undefined && timeout === undefined) return undefined;
  const handleAbort = (): void => {
    stop();
    if (signal !== undefined) giveUp(abortError(signal));
  };
  const timer =
    timeout === undefined
      ? undefined
      : clock.setTimeout(
          () => {
            stop();
            giveUp(new TimeoutError(`Not done within ${timeout} ms.`));
          },
          Math.min(Math.max(timeout, 0), TIMER_MS_MAX),
        );
  const stop = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    signal?.removeEventListener('abort', handleAbort);
  };
  signal?.addEventListener('abort', handleAbort, { once: true });
  return stop;
}

/** A promise that settles as `begin` says, or is given up as the options say. */
export function call<T>(
  options: CallOptions,
  clock: Clock,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
  handleGivenUp?: (error: ClientError) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = watchCall(options, clock, (error) => {
      reject(error);
      handleGivenUp?.(error);
    });
    begin(
      (value) => {
        stop?.();
        resolve(value);
      },
      (error) => {
        stop?.();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it is what was thrown
        reject(error);
      },
    );
  });
}

function abortError(signal: AbortSignal): AbortError {
  return new AbortError('The call was aborted.', { cause: signal.reason });
}

/** What every platform's timer can count. */
const TIMER_MS_MAX = 2 ** 30;
