/** A User Property: a name and a value, both UTF-8 Encoded Strings. A name may occur more than once. */
export type UserProperty = readonly [name: string, value: string];
