/** The assurance of delivery of an Application Message: 0 at most once, 1 at least once, 2 exactly once (section 4.3). */
export type QoS = 0 | 1 | 2;

/** Two bits of a packet as a QoS, once it is known that they are not 3; the same for Retain Handling. */
export function qosFromBits(bits: number): QoS {
  return bits === 0 ? 0 : bits === 1 ? 1 : 2;
}
