// Numbers as people read them, each with as many digits as its uncertainty allows.

export function whole(n: number, lang: string): string {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 0 }).format(n);
}

export function decimal(n: number, digits: number, lang: string): string {
  return new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
}

/** A probability in percent; what is not certain is never rounded to certainty. */
export function percent(p: number, lang: string): string {
  const format = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 });
  if (p > 0.99 && p < 1) return `>${format.format(0.99)}`;
  if (p < 0.01 && p > 0) return `<${format.format(0.01)}`;
  return format.format(p);
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
