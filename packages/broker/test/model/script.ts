import type { ScriptLine } from './real-broker.ts';

/** A run as a script of packets, one a line, times in milliseconds from its beginning. */
export function formatScript(script: readonly ScriptLine[], epochMs: number): string {
  return script
    .map(({ now, clientIdentifier, direction, what }) => {
      const text = typeof what === 'string' ? what : formatPacket(what);
      return [String(now - epochMs).padStart(7), clientIdentifier.padEnd(1), direction, text].filter(Boolean).join(' ');
    })
    .join('\n');
}

function formatPacket({ type, ...fields }: Exclude<ScriptLine['what'], string>): string {
  return `${type.toUpperCase()} ${formatFields(fields)}`;
}

// What is false, empty or absent is left out.
function formatFields(fields: object): string {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === false || value === 0 || value === '') continue;
    const text = formatValue(value);
    if (text !== '' && text !== '{}') texts.push(value === true ? name : `${name}=${text}`);
  }
  return texts.join(' ');
}

function formatValue(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `{${formatFields(value)}}` : String(value);
}
