// qlobber has no types of its own; this is the part that the bench uses.
declare module 'qlobber' {
  export class Qlobber<T> {
    constructor(options: {
      separator: string;
      wildcard_one: string;
      wildcard_some: string;
      match_empty_levels: boolean;
    });
    add(filter: string, value: T): this;
    match(name: string): T[];
  }
}
