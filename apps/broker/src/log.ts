import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes lines of the form `seconds since 1970: text`, those of the chosen kinds, to the chosen places. */
export interface Log {
  /** Writes one line if this kind is wanted. Control characters are shown as escapes, so a line stays a line. */
  write(type: LogType, text: string): void;
  /** Whether lines of this kind are written at all: a line that is costly to make need not be made. */
  writes(type: LogType): boolean;
  /** Closes the files. Later lines are lost. */
  close(): void;
}

/** A kind of log line, in mosquitto's words. */
export type LogType = (typeof LOG_TYPES)[number];

/** A place for log lines. */
export type LogDestination = { readonly kind: 'stdout' | 'stderr' } | { readonly kind: 'file'; readonly path: string };

/**
 * Opens a log. Files are appended to and made when missing.
 *
 * @param now - Milliseconds since 1970, for the time in front of each line.
 * @throws What node:fs throws when a file cannot be opened.
 */
export function openLog(
  types: ReadonlySet<LogType>,
  destinations: readonly LogDestination[],
  now: () => number = Date.now,
): Log {
  const sinks = destinations.map(openSink);
  return {
    write(type, text) {
      if (!types.has(type) || sinks.length === 0) return;
      const line = `${Math.floor(now() / 1000)}: ${escapeControls(text)}\n`;
      for (const sink of sinks) sink.write(line);
    },
    writes: (type) => types.has(type) && sinks.length > 0,
    close() {
      for (const sink of sinks) sink.close();
    },
  };
}

/** Every kind of log line. */
export const LOG_TYPES = [
  'debug',
  'error',
  'warning',
  'notice',
  'information',
  'subscribe',
  'unsubscribe',
  'internal',
  'websockets',
] as const;

/** What is written when nothing else is said. */
export const DEFAULT_LOG_TYPES: ReadonlySet<LogType> = new Set(['error', 'warning', 'notice', 'information']);

interface Sink {
  write(line: string): void;
  close(): void;
}

function openSink(destination: LogDestination): Sink {
  if (destination.kind !== 'file') {
    const stream = process[destination.kind];
    return { write: (line) => void stream.write(line), close: () => {} };
  }
  let descriptor: number | undefined = openSync(destination.path, 'a');
  return {
    write(line) {
      if (descriptor === undefined) return;
      try {
        writeSync(descriptor, line);
      } catch {
        // A full disk must not end the broker, and there is no better place to tell.
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/**
 * Shows control characters as escapes. Topic Names and Client Identifiers are chosen by clients: without this they could
 * forge lines and drive terminals.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
