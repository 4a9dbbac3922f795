import { parseTopicFilter, parseTopicName } from '@skua/topics';

/** The names of the parameters in a template. */
type ParameterName<T extends string> = T extends `${infer Level}/${infer Rest}`
  ? LevelParameter<Level> | ParameterName<Rest>
  : LevelParameter<T>;
type LevelParameter<T extends string> = T extends `{${infer Name}...}`
  ? Name
  : T extends `{${infer Name}}`
    ? Name
    : never;

/** The parameters of a template: `devices/{id}/state` has `{ id: string }`. */
export type TopicParameters<T extends string> = { readonly [Name in ParameterName<T>]: string };

/**
 * A Topic Name with parameters, each a whole level in braces: `devices/{id}/state`. `{rest...}` as the last level stands
 * for any number of levels, none included.
 */
export class TopicTemplate<T extends string> {
  readonly template: T;
  /** What is subscribed to: `devices/+/state`. */
  readonly topicFilter: string;
  readonly #levels: readonly TemplateLevel[];

  /** @throws TypeError when the template is none */
  constructor(template: T) {
    this.template = template;
    this.#levels = template.split('/').map((text, index, all) => readLevel(text, index === all.length - 1, template));
    const names = this.#levels.flatMap(({ name }) => (name === undefined ? [] : [name]));
    if (new Set(names).size < names.length) throw new TypeError(`${template} has two parameters of the same name`);
    this.topicFilter = parseTopicFilter(
      this.#levels.map(({ name, isRest, text }) => (name === undefined ? text : isRest ? '#' : '+')).join('/'),
    );
  }

  /** The Topic Name with these parameters. @throws TypeError | TopicError when one cannot stand where it is to */
  topicName(parameters: TopicParameters<T>): string {
    const values: Readonly<Record<string, string>> = parameters;
    const levels = this.#levels.flatMap(({ name, isRest, text }) => {
      if (name === undefined) return [text];
      const value = values[name];
      if (typeof value !== 'string') throw new TypeError(`${this.template} needs the parameter ${name}`);
      if (isRest && value === '') return [];
      if (!isRest && value.includes('/')) {
        throw new TypeError(
          `the parameter ${name} of ${this.template} is ${JSON.stringify(value)}; allowed: one level`,
        );
      }
      return [value];
    });
    return parseTopicName(levels.join('/'));
  }

  /** The parameters in a Topic Name; undefined when it is not of this template. */
  parameters(topicName: string): TopicParameters<T> | undefined {
    const found = topicName.split('/');
    const last = this.#levels.at(-1);
    const isOpen = last?.isRest === true;
    if (isOpen ? found.length < this.#levels.length - 1 : found.length !== this.#levels.length) return undefined;
    const values: Record<string, string> = {};
    for (const [index, { name, isRest, text }] of this.#levels.entries()) {
      if (name !== undefined) values[name] = isRest ? found.slice(index).join('/') : (found[index] ?? '');
      else if (found[index] !== text) return undefined;
    }
    // Every name of the template was given a value.
    return values as TopicParameters<T>; // oxlint-disable-line typescript/no-unsafe-type-assertion
  }
}

interface TemplateLevel {
  readonly text: string;
  readonly name: string | undefined;
  readonly isRest: boolean;
}

function readLevel(text: string, isLast: boolean, template: string): TemplateLevel {
  const match = /^\{(\w+)(\.\.\.)?\}$/.exec(text);
  const name = match?.[1];
  if (name === undefined) {
    if (text === '+' || text === '#') throw new TypeError(`${template} has ${text}; allowed: {name} or {name...}`);
    return { text, name, isRest: false };
  }
  const isRest = match?.[2] !== undefined;
  if (isRest && !isLast) throw new TypeError(`${text} of ${template} is not the last level`);
  return { text, name, isRest };
}
