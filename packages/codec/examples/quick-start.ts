import {
  encodePacket,
  MalformedPacketError,
  PacketReader,
  ProtocolError,
  PublishTemplate,
  ReasonCode,
  type PublishPacket,
} from '@skua/codec';

// A server's reader: it learns the version from CONNECT and refuses what only servers send.
const reader = new PacketReader({ role: 'server', maximumPacketSize: 65_536 });

/** What arrives on the socket, in chunks of any size; gives what is to be sent back. */
function handleChunk(chunk: Uint8Array): Uint8Array[] {
  const answers: Uint8Array[] = [];
  try {
    reader.push(chunk);
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
      const version = reader.protocolVersion ?? 5;
      if (packet.type === 'connect') {
        console.log(`CONNECT of ${packet.clientIdentifier}, version ${packet.protocolVersion}`);
        const connack = {
          type: 'connack',
          sessionPresent: false,
          reasonCode: ReasonCode.Success,
          properties: {},
        } as const;
        answers.push(encodePacket(connack, version));
      } else if (packet.type === 'publish') {
        console.log(`PUBLISH to ${packet.topicName}: ${packet.payload.length} bytes`);
        answers.push(...fanOut(packet));
      }
    }
  } catch (error) {
    // The peer's fault: the Reason Code to answer with, the place, and the statement that was violated.
    if (!(error instanceof MalformedPacketError || error instanceof ProtocolError)) throw error;
    console.log(`${error.name} 0x${error.reasonCode.toString(16)} at byte ${error.byteOffset}: ${error.statement}`);
  }
  return answers;
}

/** One message for three receivers: encoded once, stamped three times. */
function fanOut(message: PublishPacket): Uint8Array[] {
  const template = new PublishTemplate(message, 5, 1, false);
  return [1, 2, 3].map((packetIdentifier) => {
    template.stamp(packetIdentifier, false);
    return template.head.slice(); // the next stamp overwrites it
  });
}

const connect = {
  type: 'connect',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientIdentifier: 'kitchen',
  properties: { sessionExpiryInterval: 3600 },
} as const;
const publish = {
  type: 'publish',
  dup: false,
  qos: 1,
  retain: false,
  topicName: 'sensors/kitchen/temperature',
  packetIdentifier: 1,
  payload: new TextEncoder().encode('21.5'),
  properties: { contentType: 'text/plain', userProperties: [['unit', 'celsius']] },
} as const;

console.log(handleChunk(encodePacket(connect, 5)).length);
console.log(handleChunk(encodePacket(publish, 5)).length);
console.log(handleChunk(Uint8Array.of(0x36, 0x00)).length);
