import { hexRows } from './hex-view.ts';

/**
 * What changed between two payloads of a topic, a line each: `~ path: old -> new`, `+ path: new`, `- path: old` for JSON,
 * `-` and `+` lines for text, and for other bytes the rows of sixteen that differ. Empty when nothing changed.
 */
export function payloadDiff(before: Uint8Array, after: Uint8Array): readonly string[] {
  const oldText = asText(before);
  const newText = asText(after);
  if (oldText === undefined || newText === undefined) return lineDiff(hexRows(before), hexRows(after));
  if (oldText === newText) return [];
  const oldValue = asJson(oldText);
  const newValue = asJson(newText);
  if (isContainer(oldValue) && isContainer(newValue)) {
    const changes: string[] = [];
    valueDiff('', oldValue, newValue, changes);
    return changes;
  }
  return lineDiff(oldText.split('\n'), newText.split('\n'));
}

function valueDiff(path: string, before: unknown, after: unknown, changes: string[]): void {
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    const oldJson = JSON.stringify(before);
    const newJson = JSON.stringify(after);
    if (oldJson !== newJson) changes.push(`~ ${path}: ${oldJson} -> ${newJson}${growth(before, after)}`);
    return;
  }
  const separator = path === '' ? '' : '.';
  const at = (name: string): string => (Array.isArray(after) ? `${path}[${name}]` : `${path}${separator}${name}`);
  for (const [name, value] of Object.entries(before)) {
    if (Object.hasOwn(after, name)) valueDiff(at(name), value, member(after, name), changes);
    else changes.push(`- ${at(name)}: ${JSON.stringify(value)}`);
  }
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name)) changes.push(`+ ${at(name)}: ${JSON.stringify(value)}`);
  }
}

/** By how much a number moved. */
function growth(before: unknown, after: unknown): string {
  if (typeof before !== 'number' || typeof after !== 'number') return '';
  const change = Number((after - before).toPrecision(12));
  return ` (${change > 0 ? '+' : ''}${change})`;
}

/** The lines that are not common to beginning and end: enough for payloads, and never quadratic. */
function lineDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...before.slice(start, before.length - end).map((line) => `- ${line}`),
    ...after.slice(start, after.length - end).map((line) => `+ ${line}`),
  ];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function member(container: object, name: string): unknown {
  return Reflect.get(container, name);
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
