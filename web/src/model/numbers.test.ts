import { describe, expect, it } from 'vitest';
import { decimal, measured, metres, percent, shortHash } from './numbers';

const units = { m: 'm', km: 'km' };

describe('percent', () => {
  it('never rounds to certainty', () => {
    expect(percent(0.9993, 'en')).toBe('>99\u00a0%');
    expect(percent(0.0004, 'en')).toBe('<1\u00a0%');
    expect(percent(1, 'en')).toBe('100\u00a0%');
    expect(percent(0.97, 'en')).toBe('97\u00a0%');
  });
});

describe('measured', () => {
  it('gives value and error the same unit and the digits the error deserves', () => {
    expect(measured(3000, 50, 'en', units)).toBe('3.00 ± 0.05 km');
    expect(measured(3049, 420, 'en', units)).toBe('3.0 ± 0.4 km');
    expect(measured(240, 35, 'en', units)).toBe('240 ± 35 m');
    expect(measured(240, 0.4, 'en', units)).toBe('240.0 ± 0.4 m');
  });
  it('does not stumble over an error of zero', () => expect(measured(1500, 0, 'en', units)).toBe('1.5 ± 0.0 km'));
  it('uses the decimal comma where the language does', () => expect(measured(3000, 50, 'fr', units)).toBe('3,00 ± 0,05 km'));
});

describe('decimal', () => {
  it('writes a true minus, and none before zero', () => {
    expect(decimal(-0.42, 2, 'en')).toBe('−0.42');
    expect(decimal(-0.001, 2, 'en')).toBe('0.00');
  });
});

describe('lengths and hashes', () => {
  it('changes to kilometres at one thousand metres', () => {
    expect(metres(999, 'en', units)).toBe('999 m');
    expect(metres(1240, 'en', units)).toBe('1.2 km');
    expect(metres(41_600, 'en', units)).toBe('42 km');
  });
  it('keeps both ends of a hash', () => expect(shortHash('sha256:b1946ac92492d2347c6235b4d2611184')).toBe('b1946ac9…1184'));
});
