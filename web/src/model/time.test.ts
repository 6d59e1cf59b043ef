import { describe, expect, it } from 'vitest';
import { HOUR_MS, UTC, clock, dayKey, midnights, offsetMinutes, stampRange, zoneOf } from './time';

const at = (text: string): number => Date.parse(text);

describe('zones', () => {
  it('reads fixed offsets, with and without the colon', () => {
    expect(offsetMinutes(0, zoneOf('+02:00'))).toBe(120);
    expect(offsetMinutes(0, zoneOf('-0330'))).toBe(-210);
    expect(zoneOf('Z')).toBe(UTC);
  });
  it('follows daylight saving of a named zone', () => {
    const kyiv = zoneOf('Europe/Kyiv');
    expect(offsetMinutes(at('2026-01-15T12:00:00Z'), kyiv)).toBe(120);
    expect(offsetMinutes(at('2026-07-15T12:00:00Z'), kyiv)).toBe(180);
  });
  it('falls back to UTC for a name nobody knows', () => expect(zoneOf('Nowhere/City')).toBe(UTC));
});

describe('days', () => {
  it('finds local midnights, also across the day that has 23 hours', () => {
    const found = midnights(at('2026-03-28T00:00:00Z'), at('2026-03-31T00:00:00Z'), zoneOf('Europe/Kyiv'));
    expect(found.map((t) => new Date(t).toISOString())).toEqual(['2026-03-28T22:00:00.000Z', '2026-03-29T21:00:00.000Z', '2026-03-30T21:00:00.000Z']);
  });
  it('counts the edge of the span as inside at its start and outside at its end', () => {
    const from = at('2026-05-12T00:00:00Z');
    expect(midnights(from, from + 24 * HOUR_MS, UTC)).toEqual([from]);
  });
  it('puts an evening in UTC on the next local day', () => {
    const zone = zoneOf('+02:00');
    expect(dayKey(at('2026-05-12T23:00:00Z'), zone)).toBe(dayKey(at('2026-05-13T10:00:00Z'), zone));
  });
});

describe('words for time', () => {
  it('uses the 24 hour clock in every language', () => {
    for (const lang of ['en', 'uk', 'ru', 'fr']) expect(clock(at('2026-05-12T22:14:00Z'), zoneOf('+02:00'), lang)).toBe('00:14');
  });
  it('says a short span once', () => {
    expect(stampRange(at('2026-05-12T02:14:10Z'), at('2026-05-12T02:14:50Z'), UTC, 'en')).toBe('12 May, 02:14');
    expect(stampRange(at('2026-05-12T02:14:00Z'), at('2026-05-12T02:18:00Z'), UTC, 'en')).toBe('12 May, 02:14–02:18');
    expect(stampRange(at('2026-05-12T22:00:00Z'), at('2026-05-13T02:00:00Z'), UTC, 'en')).toBe('12 May, 22:00 – 13 May, 02:00');
  });
  it('shows a dash for a time that cannot be read', () => expect(clock(Number.NaN, UTC, 'en')).toBe('–'));
});
