/**
 * What a test found.
 *
 * - 'pass': the broker did what the statement demands.
 * - 'fail': it did not. The detail says what was expected and what came.
 * - 'skipped': the broker said that it does not offer what the statement is about, or the profile cannot be had.
 * - 'inconclusive': something else went wrong first, so that nothing can be said of the statement.
 */
export type Verdict = 'pass' | 'fail' | 'skipped' | 'inconclusive';

/** The broker broke the statement under test. */
export class ConformanceFailure extends Error {
  override name = 'ConformanceFailure';
}

/** The statement does not apply to this broker as it is configured. The message is the reason. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}

/** A step before the one that matters did not work. The message says which. */
export class Inconclusive extends Error {
  override name = 'Inconclusive';
}

/** One of several outcomes that the specification allows, and which of them was seen. */
export interface LegalChoice {
  /** What was open, e.g. `second CONNECT`. */
  readonly question: string;
  /** What the broker chose, e.g. `DISCONNECT 0x82 then close`. */
  readonly answer: string;
}
