/**
 * Calls back when the user wants to stop (Ctrl-C, SIGTERM, SIGHUP); the second time the process ends at once.
 *
 * @returns what ends the watch.
 */
export function onInterruption(stop: () => void): () => void {
  let count = 0;
  const handle = (): void => {
    count += 1;
    if (count > 1) process.exit(130);
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
