import { UsageError } from '../command-line/usage-error.ts';

/** A piece of a `-F` template. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly code: FieldCode; readonly layout: Layout }
  | { readonly kind: 'date'; readonly code: string };

/** The letters that may follow `%`. */
export type FieldCode = (typeof FIELD_CODES)[number];

/** The flags, width and maximum width between `%` and the letter. */
export interface Layout {
  readonly leftAligned: boolean;
  readonly zeroPadded: boolean;
  /** 0: as wide as it is. */
  readonly width: number;
  /** Undefined: no maximum. */
  readonly maximum: number | undefined;
}

/**
 * Reads a template of mosquitto_sub's `-F`.
 *
 * @throws {UsageError} that names the sequence.
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  for (const match of template.matchAll(SEQUENCE)) {
    const [whole, flags = '', width = '', maximum, code = '', date = '', escaped = ''] = match;
    if (whole.startsWith('%') && code !== '%') {
      if (code === '') throw new UsageError(`-F: "${whole}" at the end of the format is not complete.`);
      if (!isFieldCode(code)) {
        throw new UsageError(`-F: found "${whole}"; allowed after %: ${FIELD_CODES.join(' ')} %.`);
      }
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      const leftAligned = flags.includes('-');
      const layout = {
        leftAligned,
        zeroPadded: flags.includes('0'),
        width: width === '' ? 0 : Number(width),
        maximum: maximum === undefined ? undefined : Number(maximum),
      };
      parts.push({ kind: 'field', code, layout });
    } else if (whole.startsWith('@') && date !== '@') {
      if (date === '') throw new UsageError('-F: "@" at the end of the format is not complete.');
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'date', code: date });
    } else if (whole.startsWith('\\')) {
      const character = ESCAPES[escaped];
      if (character === undefined) {
        throw new UsageError(`-F: found "${whole}"; allowed after \\: ${Object.keys(ESCAPES).join(' ')}.`);
      }
      text += character;
    } else {
      text += whole.startsWith('%') ? '%' : whole.startsWith('@') ? '@' : whole;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function isFieldCode(text: string): text is FieldCode {
  return (FIELD_CODES as readonly string[]).includes(text);
}

const FIELD_CODES = [
  'A',
  'C',
  'D',
  'E',
  'F',
  'I',
  'J',
  'P',
  'R',
  'S',
  'U',
  'X',
  'j',
  'l',
  'm',
  'p',
  'q',
  'r',
  't',
  'x',
] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  0: '\0',
  a: '\u0007',
  e: '\u001b',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

// A field with its flags, width and maximum; a date; an escape; or text up to the next of them.
const SEQUENCE = /%(-?0?)(\d*)(?:\.(\d*))?([^])?|@([^])?|\\([^])?|[^%@\\]+/gu;
