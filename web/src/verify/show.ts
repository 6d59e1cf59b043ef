// How verdicts, sizes and times are shown.
import { SHAPES as MARKS } from '../map/marks';
import { regional } from '../model/numbers';
import type { Verdict } from './check';

/** A verdict is always a shape, a colour and a word; shapes and colours are those of the mission's page. */
export const SHAPES: Record<Verdict, { path: string; hollow: boolean }> = { sound: MARKS.consistent, not_sound: MARKS.inconsistent, undecided: MARKS.undetermined };

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

export function bytes(n: number, lang: string): string {
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log10(Math.max(1, n)) / 3));
  return new Intl.NumberFormat(regional(lang), { style: 'unit', unit: STEPS[step], maximumFractionDigits: step === 0 ? 0 : 1 }).format(n / 1000 ** step);
}

/** Local time with its zone: a print must say which clock it was. */
export const stamp = (at: Date, lang: string): string => new Intl.DateTimeFormat(regional(lang), { dateStyle: 'long', timeStyle: 'long' }).format(at);
