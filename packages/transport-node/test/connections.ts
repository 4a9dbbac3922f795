import type { Listener, ListenerAddress, Transport } from '@skua/transport';

/** A listener under test with what came out of it. */
export interface Listening {
  readonly addresses: readonly ListenerAddress[];
  readonly port: number;
  readonly problems: Error[];
  /** The next transport that is accepted. */
  accepted(): Promise<Transport>;
  /** The next problem that is reported. */
  problem(): Promise<Error>;
  close(): Promise<void>;
}

/** Starts a listener and queues what it accepts. */
export async function listening(listener: Listener): Promise<Listening> {
  const transports = new Arrivals<Transport>();
  const arrivedProblems = new Arrivals<Error>();
  const problems: Error[] = [];
  const addresses = await listener.listen(
    (transport) => transports.push(transport),
    (error) => {
      problems.push(error);
      arrivedProblems.push(error);
    },
  );
  return {
    addresses,
    port: addresses[0]?.port ?? 0,
    problems,
    accepted: () => transports.next(),
    problem: () => arrivedProblems.next(),
    close: () => listener.close(),
  };
}

class Arrivals<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  push(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(value);
    else waiting(value);
  }

  next(): Promise<T> {
    const value = this.#arrived.shift();
    if (value !== undefined) return Promise.resolve(value);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
