import { frame, join, properties, str, u32 } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, optional, protocolError, refused, UNPARSABLE, VIOLATION } from '../fault.ts';
import { METHOD_BYTES, METHOD_DECODED } from '../property-context.ts';
import type { VectorPacket, VectorRole, VectorVersion } from '../vector.ts';

/** DISCONNECT, AUTH, PINGREQ and PINGRESP: the lengths that are allowed and who may send what (3.12 to 3.15). */
export function disconnectCases(): CaseList {
  const list = new CaseList('disconnect');
  disconnect(list);
  auth(list);
  for (const version of [3, 4, 5] as const) pings(list, version);
  return list;
}

function at(version: VectorVersion, section: string, role: VectorRole = 'server'): CaseContext {
  return { version, role, section };
}

function disconnect(list: CaseList): void {
  for (const version of [3, 4] as const) {
    list.valid('plain', at(version, '3.14'), frame(0xe0), disconnectPacket());
    list.invalid('trailing-reason-code', at(version, '3.14.2'), frame(0xe0, [0]), refused(VIOLATION));
    list.invalid('trailing-properties', at(version, '3.14.2'), frame(0xe0, [0, 0]), refused(VIOLATION));
    list.invalid('from-server', at(version, '3.14', 'client'), frame(0xe0), refused(VIOLATION));
  }
  for (const role of ['server', 'client'] as const) {
    list.valid(`empty/${role}`, at(5, '3.14.2.1', role), frame(0xe0), disconnectPacket());
    list.valid(`reason-code-0-alone/${role}`, at(5, '3.14.2.2.1', role), frame(0xe0, [0]), disconnectPacket(), {
      canonical: false,
    });
    list.valid(
      `reason-code-0-no-properties/${role}`,
      at(5, '3.14.2.2.1', role),
      frame(0xe0, [0, 0]),
      disconnectPacket(),
      {
        canonical: false,
      },
    );
    list.valid(
      `reason-code-129-alone/${role}`,
      at(5, '3.14.2.2.1', role),
      frame(0xe0, [0x81]),
      disconnectPacket({ reasonCode: 0x81 }),
    );
    list.valid(
      `reason-code-129-no-properties/${role}`,
      at(5, '3.14.2.2.1', role),
      frame(0xe0, [0x81, 0]),
      disconnectPacket({ reasonCode: 0x81 }),
      { canonical: false },
    );
    list.invalid(`trailing-byte/${role}`, at(5, '3.14.3', role), frame(0xe0, [0, 0, 0]), malformed(UNPARSABLE));
    list.invalid(`properties-too-long/${role}`, at(5, '3.14.2.2.1', role), frame(0xe0, [0, 1]), malformed(UNPARSABLE));
  }
  const expiry = properties(join([0x11], u32(60)));
  list.invalid(
    'session-expiry-interval-from-server',
    at(5, '3.14.2.2.2', 'client'),
    frame(0xe0, [0], expiry),
    refused(['MQTT-3.14.2-2']),
  );
  // The text only says that the server sends it, not that the client must not.
  const reference = properties(join([0x1c], str('other')));
  list.invalid(
    'server-reference-from-client',
    at(5, '3.14.2.2.5'),
    frame(0xe0, [0], reference),
    optional(
      refused(['U-2.2.2.2-1', 'U-3.14.2.2.5-1', ...UNPARSABLE]),
      disconnectPacket({ properties: { serverReference: 'other' } }),
    ),
  );
}

function auth(list: CaseList): void {
  const noMethod = protocolError(['U-3.15.2.2.2-1', 'MQTT-4.12.0-5']);
  const method = properties(METHOD_BYTES);
  // Section 3.15.2.1 lets Reason Code and properties be left out, section 3.15.2.2.2 forbids to leave out the method.
  for (const role of ['server', 'client'] as const) {
    // From a client it is also a Reason Code that only servers send.
    const success = protocolError([...noMethod.statements, ...(role === 'server' ? ['MQTT-3.15.2-1'] : [])]);
    const contradiction = optional(success, authPacket(0, {}));
    list.invalid(`auth/empty/${role}`, at(5, '3.15.2.1', role), frame(0xf0), contradiction);
    list.invalid(`auth/success-without-method/${role}`, at(5, '3.15.2.2.2', role), frame(0xf0, [0, 0]), contradiction);
    list.invalid(`auth/continue-without-method/${role}`, at(5, '3.15.2.2.2', role), frame(0xf0, [0x18, 0]), noMethod);
    list.invalid(
      `auth/trailing-byte/${role}`,
      at(5, '3.15.3', role),
      frame(0xf0, [0x18], method, [0]),
      malformed(UNPARSABLE),
    );
    list.invalid(
      `auth/properties-too-long/${role}`,
      at(5, '3.15.2.2.1', role),
      frame(0xf0, [0x18, METHOD_BYTES.length + 1], METHOD_BYTES),
      malformed(UNPARSABLE),
    );
    const alone = malformed(['U-3.15.2.2.2-1', 'MQTT-2.2.2-1', ...UNPARSABLE]);
    list.invalid(`auth/continue-alone/${role}`, at(5, '3.15.2.2.1', role), frame(0xf0, [0x18]), {
      outcomes: [...alone.outcomes, ...noMethod.outcomes],
      statements: [...alone.statements, ...noMethod.statements],
    });
    list.valid(`auth/continue/${role}`, at(5, '3.15.2', role), frame(0xf0, [0x18], method), authPacket(0x18));
  }
  list.invalid(
    'auth/data-without-method',
    at(5, '3.15.2.2.2'),
    frame(0xf0, [0x18], properties([0x16, 0, 1, 7])),
    protocolError(['U-3.15.2.2.2-1', 'MQTT-4.12.0-5', 'U-3.1.2.11.10-1']),
  );
  for (const role of ['server', 'client'] as const) {
    for (const version of [3, 4] as const) {
      const reserved = refused(['v3 MQTT-2.2.2-2', 'v3 MQTT-2.2.2-1', ...VIOLATION]);
      list.invalid(`auth/not-in-3/${role}`, at(version, '2.2.1', role), frame(0xf0), reserved);
      list.invalid(`auth/not-in-3-whole/${role}`, at(version, '2.2.1', role), frame(0xf0, [0x18], method), reserved);
    }
  }
}

function pings(list: CaseList, version: VectorVersion): void {
  const trailing = version === 5 ? malformed(UNPARSABLE) : refused(VIOLATION);
  for (const [type, firstByte, role, section] of [
    ['pingreq', 0xc0, 'server', '3.12'],
    ['pingresp', 0xd0, 'client', '3.13'],
  ] as const) {
    list.valid(`${type}/plain`, at(version, section, role), frame(firstByte), { type });
    list.invalid(`${type}/trailing-byte`, at(version, `${section}.2`, role), frame(firstByte, [0]), trailing);
    list.invalid(`${type}/trailing-bytes`, at(version, `${section}.2`, role), frame(firstByte, [0, 0, 0, 0]), trailing);
  }
}

function disconnectPacket(fields: Partial<VectorPacket> = {}): VectorPacket {
  return { type: 'disconnect', reasonCode: 0, properties: {}, ...fields };
}

function authPacket(reasonCode: number, fields: VectorPacket['properties'] = METHOD_DECODED): VectorPacket {
  return { type: 'auth', reasonCode, properties: fields };
}
