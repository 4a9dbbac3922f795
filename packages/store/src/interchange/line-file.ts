import { LineFields } from './line-fields.ts';
import { formatRecord, parseRecord } from './record-lines.ts';
import { countRecord, InterchangeError, noRecords, type RecordCounts, type StoreRecord } from './store-record.ts';

/**
 * Records as lines of text, without line feeds: first a header with the version of the form, then one record a line, then
 * a line with the counts, by which a reader sees that nothing is cut off.
 *
 * @param exportedAt - Milliseconds since 1970.
 */
export async function* formatLines(
  records: Iterable<StoreRecord> | AsyncIterable<StoreRecord>,
  exportedAt: number,
): AsyncGenerator<string> {
  const counts = noRecords();
  yield JSON.stringify({
    type: 'header',
    format: FORMAT,
    version: VERSION,
    exportedAt: new Date(exportedAt).toISOString(),
  });
  for await (const record of records) {
    countRecord(counts, record);
    yield formatRecord(record);
  }
  yield JSON.stringify({ type: 'end', ...counts });
}

/**
 * The records of lines that {@link formatLines} made.
 *
 * @throws {InterchangeError} at the first line that is wrong, with its number, and when the last line is missing.
 */
export async function* parseLines(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<StoreRecord> {
  const counts = noRecords();
  let state: 'header' | 'records' | 'end' = 'header';
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '' && state === 'end') continue;
    let record: StoreRecord | undefined;
    try {
      if (state === 'end') throw new InterchangeError('nothing may come after the line of type "end"');
      const value = parseJson(line);
      if (state === 'header') {
        checkHeader(value);
        state = 'records';
      } else if (isEnd(value)) {
        checkEnd(value, counts);
        state = 'end';
      } else {
        record = parseRecord(value);
      }
    } catch (error) {
      if (!(error instanceof InterchangeError)) throw error;
      throw new InterchangeError(`line ${number}: ${error.message}`, { cause: error });
    }
    if (record === undefined) continue;
    countRecord(counts, record);
    yield record;
  }
  if (state !== 'end') {
    throw new InterchangeError(
      `line ${number + 1}: the text ends here; a line of type "end" is missing: it is cut off`,
    );
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new InterchangeError(`found ${line.slice(0, 40)}; allowed: JSON, one object a line`, { cause: error });
  }
}

function checkHeader(value: unknown): void {
  const fields = LineFields.of(value);
  fields.oneOf('type', ['header']);
  fields.oneOf('format', [FORMAT]);
  fields.oneOf('version', [VERSION]);
}

function isEnd(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'end';
}

function checkEnd(value: unknown, counts: RecordCounts): void {
  const fields = LineFields.of(value);
  fields.oneOf('retained', [counts.retained]);
  fields.oneOf('sessions', [counts.sessions]);
  fields.oneOf('messages', [counts.messages]);
  fields.oneOf('deliveries', [counts.deliveries]);
}

const FORMAT = 'skua-store';
const VERSION = 1;
