/**
 * The protocol versions that the codec speaks, by the number that a CONNECT packet carries: 3 is MQTT 3.1, 4 is
 * MQTT 3.1.1 and 5 is MQTT 5.0 (section 3.1.2.2).
 */
export const ProtocolVersion = {
  /** MQTT 3.1, protocol name `MQIsdp`. */
  v3_1: 3,
  /** MQTT 3.1.1, protocol name `MQTT`. */
  v3_1_1: 4,
  /** MQTT 5.0, protocol name `MQTT`. */
  v5_0: 5,
} as const;

/** A protocol version as the number that a CONNECT packet carries: 3, 4 or 5. */
export type ProtocolVersion = (typeof ProtocolVersion)[keyof typeof ProtocolVersion];
