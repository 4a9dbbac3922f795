import { isWellFormed, parseByteText } from './byte-text.ts';
import { InterchangeError } from './store-record.ts';

/** The fields of an object that came from outside, each checked when it is asked for. */
export class LineFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  /** For messages: where in the line this object is, `will.message.` or nothing. */
  readonly #path: string;

  private constructor(fields: object, path: string) {
    this.#fields = { ...fields };
    this.#path = path;
  }

  /** @throws {InterchangeError} when it is no object. */
  static of(value: unknown, path = ''): LineFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refusal(path.replace(/\.$/, '') || 'the line', value, 'a JSON object');
    }
    return new LineFields(value, path);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value === 'string' && isWellFormed(value)) return value;
    throw this.#refuse(name, 'a text');
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value === 'boolean') return value;
    throw this.#refuse(name, 'true or false');
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.#refuse(name, `a whole number from ${min} to ${max}`);
  }

  oneOf<T extends number | string>(name: string, allowed: readonly T[]): T {
    const value = this.#fields[name];
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw this.#refuse(name, allowed.map(String).join(', '));
  }

  /** Milliseconds since 1970, from a date and time of ISO 8601 or a number. */
  time(name: string): number {
    const value = this.#fields[name];
    const time = typeof value === 'string' ? Date.parse(value) : value;
    if (typeof time === 'number' && Number.isFinite(time)) return time;
    throw this.#refuse(name, 'a time like 2026-01-31T12:00:00.000Z');
  }

  bytes(name: string): Uint8Array {
    const bytes = parseByteText(this.#fields[name]);
    if (bytes !== undefined) return bytes;
    throw this.#refuse(name, 'a text, or { "base64": … }');
  }

  object(name: string): LineFields {
    return LineFields.of(this.#fields[name], `${this.#path}${name}.`);
  }

  list<T>(name: string, read: (item: unknown, path: string) => T): T[] {
    const value = this.#fields[name];
    if (!Array.isArray(value)) throw this.#refuse(name, 'a list');
    return value.map((item: unknown, index) => read(item, `${this.#path}${name}[${index}]`));
  }

  /** The value of `read`, or undefined where the field is left out. */
  optional<T>(name: string, read: (name: string) => T): T | undefined {
    return this.has(name) ? read(name) : undefined;
  }

  /** Something that a function of another package judges, whose error says what is wrong. */
  judged<T>(name: string, parse: (text: string) => T): T {
    const text = this.text(name);
    try {
      return parse(text);
    } catch (error) {
      throw new InterchangeError(`${this.#path}${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #refuse(name: string, allowed: string): InterchangeError {
    return refusal(`${this.#path}${name}`, this.#fields[name], allowed);
  }
}

/** "qos: found 7; allowed: 0, 1, 2". */
export function refusal(path: string, found: unknown, allowed: string): InterchangeError {
  const text = found === undefined ? 'nothing' : JSON.stringify(found);
  return new InterchangeError(`${path}: found ${text.slice(0, FOUND_MAX)}; allowed: ${allowed}`);
}

const FOUND_MAX = 60;
