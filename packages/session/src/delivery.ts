/**
 * Where an outgoing QoS 1 or 2 message stands (section 4.3): `awaitingPuback` at QoS 1; `awaitingPubrec`, then
 * `awaitingPubcomp` at QoS 2, when the message itself is the receiver's and only PUBREL may be sent.
 */
export type DeliveryState = 'awaitingPuback' | 'awaitingPubrec' | 'awaitingPubcomp';

/** One QoS 1 or 2 message in flight. The same object from `Sender.publish` to its end; only the {@link Sender} changes it. */
export interface Delivery<M> {
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** The QoS it is sent with. */
  readonly qos: 1 | 2;
  /** What the caller gave to `Sender.publish`. */
  readonly message: M;
  /** `done`: acknowledged for good, the Packet Identifier is free again. */
  readonly state: DeliveryState | 'done';
}

/** A {@link Delivery} as plain data, for a stored session. At QoS 2 the state says so. */
export interface DeliveryRecord<M> {
  readonly packetIdentifier: number;
  readonly state: DeliveryState;
  readonly message: M;
}
