import { readFileSync } from 'node:fs';

/**
 * The abbreviation of the local time zone at a moment, such as `CET` or `CEST`: as the time zone files of the system have
 * it, or as JavaScript knows it (`GMT+1`) where there are none.
 */
export function zoneName(date: Date): string {
  const rule = zoneRule();
  if (rule === undefined) return intlName(date);
  const [standard, offsetMinutes, daylight] = rule;
  const isStandard = -date.getTimezoneOffset() === offsetMinutes;
  return isStandard || daylight === undefined ? standard : daylight;
}

type ZoneRule = readonly [standard: string, offsetMinutes: number, daylight: string | undefined];

/** The rule that holds today: `CET-1CEST,M3.5.0,M10.5.0/3` in the last line of a zone file, or in TZ itself. */
function zoneRule(): ZoneRule | undefined {
  const zone = process.env['TZ']?.replace(/^:/, '');
  if (zone === '') return ['UTC', 0, undefined];
  return parseRule(lastLine(zone) ?? zone ?? '');
}

function lastLine(zone: string | undefined): string | undefined {
  const path = zone === undefined ? '/etc/localtime' : zone.startsWith('/') ? zone : `/usr/share/zoneinfo/${zone}`;
  try {
    return readFileSync(path, 'latin1').trimEnd().split('\n').at(-1);
  } catch {
    return undefined;
  }
}

function parseRule(text: string): ZoneRule | undefined {
  const [, standard, sign, hours, minutes, daylight] =
    /^(<[^>]+>|[A-Za-z]{3,})([-+]?)(\d+)(?::(\d+))?(?::\d+)?(<[^>]+>|[A-Za-z]{3,})?/.exec(text) ?? [];
  if (standard === undefined) return undefined;
  // POSIX counts westwards.
  const offset = (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '-' ? 1 : -1);
  return [bare(standard), offset, daylight === undefined ? undefined : bare(daylight)];
}

function bare(name: string): string {
  return name.replace(/[<>]/g, '');
}

function intlName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
