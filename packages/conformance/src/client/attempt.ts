import { NotOffered } from './client-adapter.ts';

/** Something that a client was asked to do, and how far it got. */
export class Attempt {
  /** 'refused': the library said no, or that it failed. */
  state: 'pending' | 'done' | 'refused' = 'pending';
  /** Why it was refused. */
  error: unknown;

  /** @param settled - called when the state has changed, maybe from within this call. */
  constructor(start: () => Promise<void>, settled: (attempt: Attempt) => void) {
    const refuse = (error: unknown): void => {
      this.state = 'refused';
      this.error = error;
      settled(this);
    };
    try {
      start().then(() => {
        this.state = 'done';
        settled(this);
      }, refuse);
    } catch (error) {
      refuse(error);
    }
  }

  /** @throws {NotOffered} when the library cannot do this at all. */
  checkOffered(): void {
    if (this.error instanceof NotOffered) throw this.error;
  }

  /** The reason for a refusal as text, empty without one. */
  get reason(): string {
    return this.error instanceof Error
      ? this.error.message
      : this.error === undefined
        ? ''
        : JSON.stringify(this.error);
  }
}
