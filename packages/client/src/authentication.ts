import { call, type CallOptions } from './call.ts';
import type { EnhancedAuthentication } from './client-options.ts';
import type { Clock } from './clock.ts';

/** What an authentication needs of its client. */
export interface AuthenticationOwner {
  /** Begins one anew. @throws ClientError when that is not possible */
  begin(data: Uint8Array | undefined): void;
  /** Sends the answer to the server's data. */
  send(data: Uint8Array | undefined): void;
  /** It cannot go on. */
  fail(error: Error): void;
}

/** Carries enhanced authentication between the application's functions and the engine. */
export class Authentication {
  readonly #method: EnhancedAuthentication | undefined;
  readonly #owner: AuthenticationOwner;
  #waiter: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(method: EnhancedAuthentication | undefined, owner: AuthenticationOwner) {
    this.#method = method;
    this.#owner = owner;
  }

  /** The first data. */
  async start(): Promise<Uint8Array | undefined> {
    return await this.#method?.start();
  }

  /** Authenticates anew. */
  async again(options: CallOptions, clock: Clock): Promise<void> {
    const data = await this.start();
    await call<void>(options, clock, (resolve, reject) => {
      this.#owner.begin(data);
      this.#waiter = { resolve, reject };
    });
  }

  /** The server sent data. */
  async continue(data: Uint8Array | undefined): Promise<void> {
    try {
      this.#owner.send(await this.#method?.continue(data));
    } catch (error) {
      this.#owner.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The server is content. */
  async finish(data: Uint8Array | undefined): Promise<void> {
    try {
      await this.#method?.finish?.(data);
      this.end(undefined);
    } catch (error) {
      this.#owner.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** It is over, well or not. */
  end(error: Error | undefined): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (error === undefined) waiter?.resolve();
    else waiter?.reject(error);
  }
}
