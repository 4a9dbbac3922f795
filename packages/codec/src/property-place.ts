// Where properties can stand: in a packet, or in the Will of a CONNECT. Bits, so that a set of places is one number.
//
// They are plain constants in a file without imports, because a bundler folds such into what uses them.

/** The properties of CONNECT. */
export const CONNECT = 0x0001;
/** The properties of a Will. */
export const WILL = 0x0002;
/** The properties of CONNACK. */
export const CONNACK = 0x0004;
/** The properties of PUBLISH. */
export const PUBLISH = 0x0008;
/** The properties of PUBACK. */
export const PUBACK = 0x0010;
/** The properties of PUBREC. */
export const PUBREC = 0x0020;
/** The properties of PUBREL. */
export const PUBREL = 0x0040;
/** The properties of PUBCOMP. */
export const PUBCOMP = 0x0080;
/** The properties of SUBSCRIBE. */
export const SUBSCRIBE = 0x0100;
/** The properties of SUBACK. */
export const SUBACK = 0x0200;
/** The properties of UNSUBSCRIBE. */
export const UNSUBSCRIBE = 0x0400;
/** The properties of UNSUBACK. */
export const UNSUBACK = 0x0800;
/** The properties of DISCONNECT. */
export const DISCONNECT = 0x1000;
/** The properties of AUTH. */
export const AUTH = 0x2000;
/** Every place there is. */
export const EVERYWHERE = 0x3fff;

/** A place as its packet defines it. */
export interface PropertyPlace<T extends object> {
  /** One of the constants above. */
  readonly bit: number;
  /** What a packet without properties has, one object for all of them. */
  readonly none: T;
  /** Gives an object with all properties of the place, undefined and in one order, so that they all have one shape. */
  readonly create: () => T;
}

/** Puts a place together. */
export function propertyPlace<T extends object>(bit: number, create: () => T): PropertyPlace<T> {
  return { bit, none: Object.freeze(create()), create };
}
