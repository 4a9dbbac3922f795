import { findingAt, type Finding, type Repository } from '../repository.ts';
import { isShippedSource, withoutComments } from '../source-code.ts';
import { layerOf, type Layer } from '../layers.ts';

/**
 * What a package gets from outside is an argument: no clock, randomness, timers, emitters or state of a module's own in
 * packages that run anywhere, and no promises in the core.
 */
export function purePackages(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    const layer = layerOf(file);
    if (layer === undefined || !isShippedSource(file)) continue;
    const code = withoutComments(text, { blankStrings: true });
    for (const { what, pattern } of FORBIDDEN[layer.purity]) {
      for (const match of code.matchAll(pattern)) findings.push(findingAt(file, text, match.index, what));
    }
  }
  return findings;
}

interface Forbidden {
  readonly what: string;
  readonly pattern: RegExp;
}

const MODULE_STATE: readonly Forbidden[] = [{ what: 'state of a module', pattern: /^(?:export\s+)?(?:let|var)\b/gm }];
const OUTSIDE: readonly Forbidden[] = [
  // A Date of a given time is no clock.
  { what: 'a clock', pattern: /\bDate\.now\b|\bnew Date\b(?!\([^)])|\bperformance\.now\b/g },
  { what: 'randomness', pattern: /\bMath\.random\b|\bcrypto\.(?:random|getRandom)\w*/g },
  { what: 'a timer', pattern: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g },
  { what: 'an emitter', pattern: /\b(?:EventEmitter|EventTarget)\b/g },
];
const PROMISES: readonly Forbidden[] = [{ what: 'a promise', pattern: /\bPromise\b|\basync\b|\bawait\b/g }];

const FORBIDDEN: Readonly<Record<Layer['purity'], readonly Forbidden[]>> = {
  core: [...MODULE_STATE, ...OUTSIDE, ...PROMISES],
  neutral: [...MODULE_STATE, ...OUTSIDE],
  runtime: MODULE_STATE,
  node: MODULE_STATE,
};
