import { describe, expect, it } from 'vitest';
import { ellipseRing, metresPerDegree } from './ellipse';

describe('metres per degree', () => {
  it('agrees with the tabulated lengths of WGS 84', () => {
    expect(metresPerDegree(0).lat).toBeCloseTo(110_574.3, 0);
    expect(metresPerDegree(0).lon).toBeCloseTo(111_319.5, 0);
    expect(metresPerDegree(45).lat).toBeCloseTo(111_131.8, 0);
    expect(metresPerDegree(60).lon).toBeCloseTo(55_800, -1);
  });
});

describe('the ring of an ellipse', () => {
  const place = { lat: 48, lon: 37, ellipse_90: { semi_major_m: 900, semi_minor_m: 300, azimuth_deg: 90 } };
  const perDegree = metresPerDegree(48);

  it('is closed', () => {
    const ring = ellipseRing(place, 36);
    expect(ring).toHaveLength(37);
    expect(ring[0]).toEqual(ring.at(-1));
  });
  it('points its long axis along the azimuth, clockwise from north', () => {
    const ring = ellipseRing(place, 360);
    const east = Math.max(...ring.map(([lon]) => (lon - 37) * perDegree.lon));
    const north = Math.max(...ring.map(([, lat]) => (lat - 48) * perDegree.lat));
    expect(east).toBeCloseTo(900, 3);
    expect(north).toBeCloseTo(300, 3);
  });
});
