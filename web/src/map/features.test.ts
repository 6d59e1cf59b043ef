import { describe, expect, it } from 'vitest';
import type { Geometry, Mission } from '../api/types';
import { groundFeatures, hueOf, labels } from './features';

const mission = { parties: [{ id: 'A', name: 'Calder' }, { id: 'B', name: 'Morwen' }] } as Mission;
const square = (x: number): GeoJSON.Geometry => ({ type: 'Polygon', coordinates: [[[x, 0], [x + 2, 0], [x + 2, 2], [x, 2], [x, 0]]] });
const geometry: Geometry = { type: 'FeatureCollection', features: [
  { type: 'Feature', properties: { name: 'Quiet', role: 'zone', party: null, valid_from: '2031-05-14T00:00:00Z', valid_until: '2031-05-15T00:00:00Z', rule: null }, geometry: square(8) },
  { type: 'Feature', properties: { name: 'South', role: 'control', party: 'B', valid_from: null, valid_until: null, rule: null }, geometry: square(4) },
] };
const at = (text: string): number => groundFeatures(geometry, mission, Date.parse(text)).features.length;

describe('ground', () => {
  it('shows a zone only while it is valid, the end not included', () => {
    expect(at('2031-05-13T23:59:00Z')).toBe(1);
    expect(at('2031-05-14T00:00:00Z')).toBe(2);
    expect(at('2031-05-15T00:00:00Z')).toBe(1);
  });
  it('gives each party its own hue', () => expect([hueOf(mission, 'A'), hueOf(mission, 'B'), hueOf(mission, null)]).toEqual([0, 1, 0]));
  it('labels a controlled area with its party, first, at its middle', () => {
    const [first, second] = labels(groundFeatures(geometry, mission, Date.parse('2031-05-14T12:00:00Z')), () => 'Morwen');
    expect(first).toEqual({ kind: 'party', text: 'Morwen', at: [5, 1] });
    expect(second?.text).toBe('Quiet');
  });
});
