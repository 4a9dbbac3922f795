// Limits of the format. Plain constants in a file without imports, because a bundler folds such into what uses them.

/** The most bytes of a UTF-8 Encoded String and of Binary Data (sections 1.5.4 and 1.5.6). */
export const LENGTH_BYTES_MAX = 0xffff;
/** The largest value of a Variable Byte Integer (section 1.5.5). */
export const VARIABLE_BYTE_INTEGER_MAX = 0xfffffff;
/** The most bytes of a fixed header: type and flags, and a Remaining Length of four bytes. */
export const FIXED_HEADER_BYTES_MAX = 5;
