// Time in the mission's own zone. The wire is UTC; a zone is a fixed offset ("+02:00") or an IANA name.

import { regional } from './numbers';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export type Zone = { kind: 'offset'; minutes: number; label: string } | { kind: 'iana'; name: string; label: string };

export const UTC: Zone = { kind: 'offset', minutes: 0, label: 'UTC' };

/** Reads "+02:00", "Z", "UTC" or an IANA name; an unknown name is read as UTC. */
export function zoneOf(text: string): Zone {
  const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    return { kind: 'offset', minutes: fixed[1] === '-' ? -minutes : minutes, label: `UTC${text}` };
  }
  if (text === 'Z' || text === 'UTC') return UTC;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return { kind: 'iana', name: text, label: text };
  } catch {
    return UTC;
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(regional(lang), options);
    formatters.set(key, found);
  }
  return found;
}

/** Minutes to add to UTC to get the zone's wall time at `t`. */
export function offsetMinutes(t: number, zone: Zone): number {
  if (zone.kind === 'offset') return zone.minutes;
  const parts = formatter('en-US', {
    timeZone: zone.name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
    hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(t);
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return Math.round((wall - Math.floor(t / 1000) * 1000) / 60_000);
}

const wallOf = (t: number, zone: Zone): number => t + offsetMinutes(t, zone) * 60_000;

/** The instants of local midnight within [from, until). */
export function midnights(from: number, until: number, zone: Zone): number[] {
  const found: number[] = [];
  let wall = Math.ceil(wallOf(from, zone) / DAY_MS) * DAY_MS;
  for (;;) {
    const guess = wall - offsetMinutes(wall, zone) * 60_000;
    const t = wall - offsetMinutes(guess, zone) * 60_000;
    if (t >= until || found.length > 2_000) return found;
    found.push(t);
    wall += DAY_MS;
  }
}

/** A key that is equal for two instants of the same local day. */
export const dayKey = (t: number, zone: Zone): number => Math.floor(wallOf(t, zone) / DAY_MS);

function show(t: number, zone: Zone, lang: string, options: Intl.DateTimeFormatOptions): string {
  if (!Number.isFinite(t)) return '–';
  return formatter(lang, { ...options, timeZone: 'UTC', hourCycle: 'h23' }).format(wallOf(t, zone));
}

export const clock = (t: number, zone: Zone, lang: string): string =>
  show(t, zone, lang, { hour: '2-digit', minute: '2-digit' });

export const clockSeconds = (t: number, zone: Zone, lang: string): string =>
  show(t, zone, lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 });

export const shortDay = (t: number, zone: Zone, lang: string): string =>
  show(t, zone, lang, { day: 'numeric', month: 'short' });

export const longDay = (t: number, zone: Zone, lang: string): string =>
  show(t, zone, lang, { weekday: 'long', day: 'numeric', month: 'long' });

export const stamp = (t: number, zone: Zone, lang: string): string =>
  show(t, zone, lang, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** "14 May, 02:14–02:18", or one stamp where both fall in the same minute. */
export function stampRange(from: number, until: number, zone: Zone, lang: string): string {
  const start = `${shortDay(from, zone, lang)}, ${clock(from, zone, lang)}`;
  if (Math.floor(from / 60_000) === Math.floor(until / 60_000)) return start;
  if (dayKey(from, zone) === dayKey(until, zone)) return `${start}–${clock(until, zone, lang)}`;
  return `${start} – ${shortDay(until, zone, lang)}, ${clock(until, zone, lang)}`;
}
