import type { SessionSnapshot } from '@skua/broker';
import { FOUR_BYTES_MAX, readWill, writeWill } from './message-record.ts';
import { readOptionalNumber, readOptionalText, writeOptionalNumber, writeOptionalText } from './optional-field.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** A session without its subscriptions and messages. */
export type SessionRecord = Pick<
  SessionSnapshot,
  | 'clientIdentifier'
  | 'userName'
  | 'protocolVersion'
  | 'sessionExpiryInterval'
  | 'disconnectedAt'
  | 'will'
  | 'willDueAt'
>;

/** Writes a session. */
export function writeSession(writer: RecordWriter, session: SessionRecord): void {
  writer.text(session.clientIdentifier);
  writeOptionalText(writer, session.userName);
  writer.byte(session.protocolVersion);
  writer.whole(session.sessionExpiryInterval);
  writeOptionalNumber(writer, session.disconnectedAt);
  writeWill(writer, session.will);
  writeOptionalNumber(writer, session.willDueAt);
}

/** Reads a session. @throws {StoreError} when there is none. */
export function readSession(reader: RecordReader): SessionRecord {
  return {
    clientIdentifier: reader.text('client identifier'),
    userName: readOptionalText(reader, 'user name'),
    protocolVersion: readProtocolVersion(reader),
    sessionExpiryInterval: reader.whole('session expiry interval', FOUR_BYTES_MAX),
    disconnectedAt: readOptionalNumber(reader, 'time of disconnection'),
    will: readWill(reader),
    willDueAt: readOptionalNumber(reader, 'time of the will'),
  };
}

/** Reads a protocol version. @throws {StoreError} unless it is 3, 4 or 5. */
export function readProtocolVersion(reader: RecordReader): SessionSnapshot['protocolVersion'] {
  const found = reader.byte('protocol version');
  const known = PROTOCOL_VERSIONS.find((one) => one === found);
  if (known === undefined) throw reader.wrong('protocol version', found, PROTOCOL_VERSIONS.join(', '));
  return known;
}

const PROTOCOL_VERSIONS: readonly SessionSnapshot['protocolVersion'][] = [3, 4, 5];
