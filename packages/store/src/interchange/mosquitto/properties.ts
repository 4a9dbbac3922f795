import type { MessageProperties } from '@skua/broker';
import type { ByteCursor } from './byte-cursor.ts';

/** Reads the properties of a message from what is left of its chunk; there may be none. */
export function readMessageProperties(chunk: ByteCursor): MessageProperties {
  let payloadFormatIndicator: 0 | 1 | undefined;
  let contentType: string | undefined;
  let responseTopic: string | undefined;
  let correlationData: Uint8Array | undefined;
  const userProperties: (readonly [string, string])[] = [];
  readProperties(chunk, (properties, identifier) => {
    switch (identifier) {
      case 0x01:
        payloadFormatIndicator = properties.uint8('Payload Format Indicator') === 0 ? 0 : 1;
        return true;
      case 0x03:
        contentType = properties.prefixedText('Content Type');
        return true;
      case 0x08:
        responseTopic = properties.prefixedText('Response Topic');
        return true;
      case 0x09:
        correlationData = properties.prefixedBytes('Correlation Data');
        return true;
      case 0x26:
        userProperties.push([properties.prefixedText('User Property'), properties.prefixedText('User Property')]);
        return true;
      default:
        return false;
    }
  });
  return {
    payloadFormatIndicator,
    contentType,
    responseTopic,
    correlationData,
    userProperties: userProperties.length === 0 ? undefined : userProperties,
  };
}

/** Reads the Subscription Identifiers of a delivery from what is left of its chunk; undefined: it has none. */
export function readSubscriptionIdentifiers(chunk: ByteCursor): readonly number[] | undefined {
  const identifiers: number[] = [];
  readProperties(chunk, (properties, identifier) => {
    if (identifier !== 0x0b) return false;
    const start = properties.position;
    const value = properties.variableByteInteger('Subscription Identifier');
    if (value === 0) throw properties.wrong('Subscription Identifier', 0, '1 or more', start);
    identifiers.push(value);
    return true;
  });
  return identifiers.length === 0 ? undefined : identifiers;
}

function readProperties(chunk: ByteCursor, read: (properties: ByteCursor, identifier: number) => boolean): void {
  if (chunk.bytesLeft === 0) return;
  const properties = chunk.part(chunk.variableByteInteger('length of the properties'), 'properties');
  if (chunk.bytesLeft > 0)
    throw chunk.wrong('properties', `${chunk.bytesLeft} bytes behind them`, 'none', chunk.position);
  while (properties.bytesLeft > 0) {
    const start = properties.position;
    const identifier = properties.variableByteInteger('property');
    if (read(properties, identifier)) continue;
    throw properties.wrong('property', `identifier ${identifier}`, 'one that belongs to a message here', start);
  }
}
