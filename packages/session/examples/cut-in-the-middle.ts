// A QoS 2 message whose acknowledgement is lost with the connection arrives exactly once.
import { Receiver, Sender } from '@skua/session';

/** Plays the exchange and returns what happened, line by line. */
export function cutInTheMiddle(): string[] {
  const log: string[] = [];
  const sender = new Sender<string>();
  const receiver = new Receiver();
  sender.connect(10); // the peer's Receive Maximum
  receiver.connect(10); // ours

  const { packetIdentifier } = sender.publish('the answer is 42', 2);
  log.push(`PUBLISH ${packetIdentifier} is ${receiver.handlePublish(packetIdentifier, 2)}`);
  receiver.sendPubrec(packetIdentifier, 0x00); // ... and the PUBREC is lost with the connection
  sender.disconnect();
  receiver.disconnect();

  sender.connect(10);
  receiver.connect(10);
  for (let again = sender.nextResend(); again !== undefined; again = sender.nextResend()) {
    log.push(`PUBLISH ${again.packetIdentifier} with DUP is a ${receiver.handlePublish(again.packetIdentifier, 2)}`);
  }
  sender.handlePubrec(packetIdentifier, 0x00);
  log.push(`PUBREL ${packetIdentifier}: ${receiver.handlePubrel(packetIdentifier)}`);
  const delivery = sender.handlePubcomp(packetIdentifier);
  log.push(`PUBCOMP ${packetIdentifier}: ${delivery === 'unknown' ? delivery : delivery.state}`);
  return log;
}

console.log(cutInTheMiddle().join('\n'));
