// The bits of the flag bytes. Plain constants in a file without imports, because a bundler folds such into what uses them.

/** PUBLISH, fixed header: sent again (section 3.3.1.1). */
export const DUP = 0x08;
/** PUBLISH, fixed header: where the two bits of the QoS start. */
export const QOS_SHIFT = 1;
/** PUBLISH, fixed header: to be retained. */
export const RETAIN = 0x01;

/** Connect Flags: must be 0 (section 3.1.2.3). */
export const CONNECT_RESERVED = 0x01;
/** Connect Flags: Clean Start, which 3.1.1 calls Clean Session. */
export const CLEAN_START = 0x02;
/** Connect Flags: there is a Will. */
export const WILL_FLAG = 0x04;
/** Connect Flags: where the two bits of the Will QoS start. */
export const WILL_QOS_SHIFT = 3;
/** Connect Flags: both bits of the Will QoS. */
export const WILL_QOS = 0x18;
/** Connect Flags: the Will is to be retained. */
export const WILL_RETAIN = 0x20;
/** Connect Flags: there is a password. */
export const PASSWORD_FLAG = 0x40;
/** Connect Flags: there is a user name. */
export const USER_NAME_FLAG = 0x80;

/** Subscription Options: both bits of the Maximum QoS (section 3.8.3.1). */
export const OPTIONS_QOS = 0x03;
/** Subscription Options: No Local. */
export const OPTIONS_NO_LOCAL = 0x04;
/** Subscription Options: Retain As Published. */
export const OPTIONS_RETAIN_AS_PUBLISHED = 0x08;
/** Subscription Options: where the two bits of Retain Handling start. */
export const RETAIN_HANDLING_SHIFT = 4;
/** Subscription Options: the smallest value with one of the two reserved bits. */
export const OPTIONS_RESERVED = 0x40;
