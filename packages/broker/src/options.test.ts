import { describe, expect, it } from 'vitest';

import { DEFAULT_BROKER_OPTIONS, resolveBrokerOptions } from './options.ts';

describe('every number among the options', () => {
  const numbers = Object.entries(DEFAULT_BROKER_OPTIONS).filter(([, value]) => typeof value === 'number');

  it.each(numbers)('has a range that is checked: %s', (name, byDefault) => {
    expect(() => resolveBrokerOptions({ [name]: -1 })).toThrow(name);
    expect(() => resolveBrokerOptions({ [name]: Number.NaN })).toThrow(RangeError);
    expect(() => resolveBrokerOptions({ [name]: '1' })).toThrow(RangeError);
    expect(resolveBrokerOptions({ [name]: byDefault })).toEqual(DEFAULT_BROKER_OPTIONS);
    expect(resolveBrokerOptions({ [name]: undefined })).toEqual(DEFAULT_BROKER_OPTIONS);
  });
});
