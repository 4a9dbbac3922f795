import type { Instant } from './printed-message.ts';
import { zoneName } from './zone-name.ts';

/**
 * One conversion of strftime(3) in the C locale and local time, and `N`: the nanoseconds within the second. An unknown
 * letter comes back behind its `%`, as from glibc.
 */
export function formatDate(code: string, instant: Instant): string {
  const { date, nanoseconds } = instant;
  switch (code) {
    case 'N':
      return `${nanoseconds}`.padStart(9, '0');
    case 's':
      return `${Math.floor(date.getTime() / 1000)}`;
    case 'z':
      return offset(date);
    case 'Z':
      return zoneName(date);
    default: {
      const convert = CONVERSIONS[code];
      return convert === undefined ? `%${code}` : convert(date);
    }
  }
}

/** Minutes east of Greenwich as `+hhmm`. */
function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function two(value: number, fill = '0'): string {
  return `${value}`.padStart(2, fill);
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1);
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000);
}

/** The week of the year, whose first week begins with the first Sunday (0) or Monday (1). */
function week(date: Date, firstDay: 0 | 1): number {
  return Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 7 - firstDay) % 7)) / 7);
}

/** The week and year of ISO 8601: the week belongs to the year that has its Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1 };
}

function twelveHours(date: Date): number {
  return date.getHours() % 12 === 0 ? 12 : date.getHours() % 12;
}

function joined(codes: string): (date: Date) => string {
  return (date) => codes.replace(/%(\w)/g, (_, code: string) => CONVERSIONS[code]?.(date) ?? '');
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const CONVERSIONS: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  a: (date) => DAYS[date.getDay()]!.slice(0, 3),
  A: (date) => DAYS[date.getDay()]!,
  b: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  B: (date) => MONTHS[date.getMonth()]!,
  c: joined('%a %b %e %T %Y'),
  C: (date) => two(Math.floor(date.getFullYear() / 100)),
  d: (date) => two(date.getDate()),
  D: joined('%m/%d/%y'),
  e: (date) => two(date.getDate(), ' '),
  F: joined('%Y-%m-%d'),
  g: (date) => two(isoWeek(date).year % 100),
  G: (date) => `${isoWeek(date).year}`,
  h: (date) => MONTHS[date.getMonth()]!.slice(0, 3),
  H: (date) => two(date.getHours()),
  I: (date) => two(twelveHours(date)),
  j: (date) => `${dayOfYear(date) + 1}`.padStart(3, '0'),
  k: (date) => two(date.getHours(), ' '),
  l: (date) => two(twelveHours(date), ' '),
  m: (date) => two(date.getMonth() + 1),
  M: (date) => two(date.getMinutes()),
  n: () => '\n',
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  r: joined('%I:%M:%S %p'),
  R: joined('%H:%M'),
  S: (date) => two(date.getSeconds()),
  t: () => '\t',
  T: joined('%H:%M:%S'),
  u: (date) => `${date.getDay() === 0 ? 7 : date.getDay()}`,
  U: (date) => two(week(date, 0)),
  V: (date) => two(isoWeek(date).week),
  w: (date) => `${date.getDay()}`,
  W: (date) => two(week(date, 1)),
  x: joined('%m/%d/%y'),
  X: joined('%H:%M:%S'),
  y: (date) => two(date.getFullYear() % 100),
  Y: (date) => `${date.getFullYear()}`,
};
