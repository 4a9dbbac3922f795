// The packet types of Table 2-1, which are the first four bits of a packet. Plain constants in a file without imports,
// because a bundler folds such into what uses them.

/** CONNECT, from a client. */
export const CONNECT = 0x1;
/** CONNACK, from a server. */
export const CONNACK = 0x2;
/** PUBLISH, from both. */
export const PUBLISH = 0x3;
/** PUBACK, from both. */
export const PUBACK = 0x4;
/** PUBREC, from both. */
export const PUBREC = 0x5;
/** PUBREL, from both. */
export const PUBREL = 0x6;
/** PUBCOMP, from both. */
export const PUBCOMP = 0x7;
/** SUBSCRIBE, from a client. */
export const SUBSCRIBE = 0x8;
/** SUBACK, from a server. */
export const SUBACK = 0x9;
/** UNSUBSCRIBE, from a client. */
export const UNSUBSCRIBE = 0xa;
/** UNSUBACK, from a server. */
export const UNSUBACK = 0xb;
/** PINGREQ, from a client. */
export const PINGREQ = 0xc;
/** PINGRESP, from a server. */
export const PINGRESP = 0xd;
/** DISCONNECT, from both; from a server only in 5.0. */
export const DISCONNECT = 0xe;
/** AUTH, from both, only in 5.0. */
export const AUTH = 0xf;
