// Numbers as people read them, each with as many digits as its uncertainty allows.

/** English as the world outside America writes dates and numbers. */
export const regional = (lang: string): string => (lang === 'en' ? 'en-GB' : lang);

export function whole(n: number, lang: string): string {
  return new Intl.NumberFormat(regional(lang), { maximumFractionDigits: 0 }).format(n);
}

export function decimal(n: number, digits: number, lang: string): string {
  const format = new Intl.NumberFormat(regional(lang), { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'negative' });
  return format.format(n).replace('-', '−');
}

/** A probability in percent; what is not certain is never rounded to certainty. */
export function percent(p: number, lang: string): string {
  if (p > 0.99 && p < 1) return '>99\u00a0%';
  if (p < 0.01 && p > 0) return '<1\u00a0%';
  return `${whole(100 * p, lang)}\u00a0%`;
}

export interface LengthUnits {
  m: string;
  km: string;
}

/** A length in metres below one kilometre, in kilometres above. */
export function metres(m: number, lang: string, units: LengthUnits): string {
  if (Math.abs(m) < 1_000) return `${whole(m, lang)} ${units.m}`;
  return `${decimal(m / 1_000, Math.abs(m) < 20_000 ? 1 : 0, lang)} ${units.km}`;
}

/** "3.00 ± 0.05 km": value and error share one unit and the digits the error deserves. */
export function measured(value: number, sigma: number, lang: string, units: LengthUnits): string {
  const inKm = Math.abs(value) >= 1_000;
  const scale = inKm ? 1_000 : 1;
  const error = Math.abs(sigma) / scale;
  const digits = error > 0 ? Math.min(3, Math.max(0, -Math.floor(Math.log10(error) + 1e-9))) : inKm ? 1 : 0;
  return `${decimal(value / scale, digits, lang)} ± ${decimal(error, digits, lang)} ${inKm ? units.km : units.m}`;
}

/** The two ends of a hash, enough to compare by eye. */
export function shortHash(hash: string): string {
  const bare = hash.replace(/^sha256:/, '');
  return bare.length > 14 ? `${bare.slice(0, 8)}…${bare.slice(-4)}` : bare;
}
