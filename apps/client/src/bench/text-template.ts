import { UsageError } from '../command-line/usage-error.ts';

/** What the placeholders of a template stand for. */
export interface TemplateValues {
  readonly client: number;
  readonly message: number;
  readonly random: () => number;
}

/** A text with placeholders, compiled. */
export type TextTemplate = (values: TemplateValues) => string;

/**
 * Compiles a template: `%c` number of the client, `%i` number of the message, `%n` milliseconds since 1970, `%r` a random
 * number from 0 to 999,999, `%u` a random identifier, `%%` a percent sign.
 *
 * @throws {UsageError} for another letter.
 */
export function compileTemplate(option: string, text: string): TextTemplate {
  const parts = text.split(/(%[^]?)/u).map((part): TextTemplate => {
    if (!part.startsWith('%')) return () => part;
    const placeholder = PLACEHOLDERS[part];
    if (placeholder === undefined) {
      throw new UsageError(`${option}: found "${part}"; allowed: ${Object.keys(PLACEHOLDERS).join(' ')}.`);
    }
    return placeholder;
  });
  return (values) => parts.map((part) => part(values)).join('');
}

const PLACEHOLDERS: Readonly<Record<string, TextTemplate>> = {
  '%c': ({ client }) => `${client}`,
  '%i': ({ message }) => `${message}`,
  '%n': () => `${Date.now()}`,
  '%r': ({ random }) => `${Math.floor(random() * 1_000_000)}`,
  '%u': () => crypto.randomUUID(),
  '%%': () => '%',
};
