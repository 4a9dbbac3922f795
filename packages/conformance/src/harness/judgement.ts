import { ConformanceFailure, Inconclusive, NotApplicable, type LegalChoice } from './verdict.ts';

/** How a running test says what it has found, of a broker or of a client. */
export class Judgement {
  readonly choices: LegalChoice[] = [];

  /** The statement is broken unless the condition holds. */
  check(condition: boolean, otherwise: string): void {
    if (!condition) throw new ConformanceFailure(otherwise);
  }

  /** The statement is broken. */
  fail(otherwise: string): never {
    throw new ConformanceFailure(otherwise);
  }

  /** Compares after writing both as text. */
  checkEqual(found: unknown, expected: unknown, what: string): void {
    const [left, right] = [asText(found), asText(expected)];
    this.check(left === right, `${what}: expected ${right}, found ${left}`);
  }

  /** Notes which of several allowed outcomes was seen. */
  choice(question: string, answer: string): void {
    this.choices.push({ question, answer });
  }

  /** Ends the test: something that it needs did not work, so that nothing can be said of what it is about. */
  inconclusive(reason: string): never {
    throw new Inconclusive(reason);
  }

  /** Ends the test: the one under test does not offer what it is about. */
  skip(reason: string): never {
    throw new NotApplicable(reason);
  }
}

function asText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, field: unknown) => (field instanceof Uint8Array ? Array.from(field) : field)) ??
    'nothing'
  );
}
