import type { ProtocolVersion } from '../protocol-version.ts';

/**
 * What the versions do differently in the format. Nothing outside this folder asks for the version itself.
 *
 * MQTT 3.1 is judged by the text of 3.1.1 except where its own format differs: protocol name and level, the reserved
 * first byte of CONNACK, and the DUP flag of a PUBREL, SUBSCRIBE or UNSUBSCRIBE that is sent again.
 */
export interface WireFormat {
  readonly version: ProtocolVersion;
  /**
   * 5.0: properties, Reason Codes and AUTH exist, and a Remaining Length takes as few bytes as possible, which 3.1.1 does
   * not ask for.
   */
  readonly hasProperties: boolean;
  /** 3.1: CONNACK has no Session Present flag, and PUBREL, SUBSCRIBE and UNSUBSCRIBE may have DUP set. */
  readonly isOldest: boolean;
  /** The statements for faults that any packet can have. */
  readonly statements: FormatStatements;
}

/** The statements for faults that any packet can have. */
export interface FormatStatements {
  /** The bytes end too early or too late, or cannot be read: the connection ends. */
  readonly unreadable: string;
  readonly illFormedUtf8: string;
  readonly nullCharacter: string;
}

/** The format of a protocol version. */
export function wireFormat(version: ProtocolVersion): WireFormat {
  return version === 5 ? v5_0 : version === 4 ? v3_1_1 : v3_1;
}

/** The statement to cite, of the two that versions have for the same fault. */
export function cite(format: WireFormat, v5: string, v3: string): string {
  return format.hasProperties ? v5 : v3;
}

const v5_0: WireFormat = {
  version: 5,
  hasProperties: true,
  isOldest: false,
  statements: {
    unreadable: 'MQTT-4.13.1-1',
    illFormedUtf8: 'MQTT-1.5.4-1',
    nullCharacter: 'MQTT-1.5.4-2',
  },
};

const v3_1_1: WireFormat = {
  version: 4,
  hasProperties: false,
  isOldest: false,
  statements: {
    unreadable: 'v3 MQTT-4.8.0-1',
    illFormedUtf8: 'v3 MQTT-1.5.3-1',
    nullCharacter: 'v3 MQTT-1.5.3-2',
  },
};

const v3_1: WireFormat = {
  ...v3_1_1,
  version: 3,
  isOldest: true,
};
