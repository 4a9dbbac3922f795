/**
 * Rewrites JSON without parsing it into objects, so that the order of names, repeated names and long integers stay as they
 * were: blanks go, numbers and strings take their shortest usual form.
 *
 * @param json - valid JSON.
 */
export function minifyJson(json: string): string {
  return tokens(json).join('');
}

/** The same over several lines, in the layout of mosquitto_sub's `--pretty`: tabs, arrays on one line. */
export function prettyJson(json: string, depth = 0): string {
  const closers: string[] = [];
  let out = '';
  let level = depth;
  for (const token of tokens(json)) {
    const inObject = closers.at(-1) === '}';
    switch (token) {
      case '{':
        closers.push('}');
        level += 1;
        out += `{\n${'\t'.repeat(level)}`;
        break;
      case '[':
        closers.push(']');
        level += 1;
        out += '[';
        break;
      case '}':
        closers.pop();
        level -= 1;
        // An empty object: only its closing brace moves back.
        out = out.endsWith(`{\n${'\t'.repeat(level + 1)}`) ? out.slice(0, -1) + '}' : `${out}\n${'\t'.repeat(level)}}`;
        break;
      case ']':
        closers.pop();
        level -= 1;
        out += ']';
        break;
      case ',':
        out += inObject ? `,\n${'\t'.repeat(level)}` : ', ';
        break;
      case ':':
        out += ':\t';
        break;
      default:
        out += token;
    }
  }
  return out;
}

/** Whether bytes are one JSON value. */
export function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function tokens(json: string): string[] {
  return (json.match(TOKEN) ?? []).map((token) => {
    if (token.startsWith('"')) return JSON.stringify(JSON.parse(token));
    return /^[-\d]/.test(token) ? shortNumber(token) : token;
  });
}

/** A whole number too long for a float keeps all of its digits. */
function shortNumber(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(text)) ? `${value}` : text;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[-+.\deE]+|true|false|null|[{}[\],:]/g;
