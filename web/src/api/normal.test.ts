import { describe, expect, it } from 'vitest';
import { normalMission, normalSnapshot, type WireIncident, type WireMission, type WireSnapshot } from './normal';
import type { Geometry } from './types';

const incident = (id: string, more: Partial<WireIncident> = {}): WireIncident => ({ id, class: 'explosion', time: { from: '', until: '', sigma_s: 1 }, place: null,
  counts: { observations: 1, rounds: null }, modalities: [], owners: [], origin_shares: [], arrivals: [], reasons: [], ...more });
const snapshot = (...incidents: WireIncident[]): WireSnapshot => ({ revision: 1, now: '', playing: false, speed: 1, incidents, findings: [], coverage: [], cases: [], log: { origin: '', size: 0, root: '' }, problems: 0 });

describe('a snapshot made whole', () => {
  it('takes one id, several or none as what was superseded', () => {
    const { incidents } = normalSnapshot(snapshot(incident('a'), incident('b', { supersedes: 'a' }), incident('c', { supersedes: ['x', 'y'] }), incident('d', { supersedes: null })));
    expect(incidents.map((one) => one.supersedes)).toEqual([[], ['a'], ['x', 'y'], []]);
  });
  it('tells the earlier incident by which it was superseded', () => {
    const { incidents } = normalSnapshot(snapshot(incident('a'), incident('b', { supersedes: ['a'] })));
    expect(incidents.map((one) => one.superseded_by)).toEqual(['b', null]);
  });
  it('keeps what the wire itself says', () => {
    const [one] = normalSnapshot(snapshot(incident('a', { superseded_by: 'z', known_at: '2031-05-12T00:00:00Z', area: 'Brix' }))).incidents;
    expect([one?.superseded_by, one?.known_at, one?.area]).toEqual(['z', '2031-05-12T00:00:00Z', 'Brix']);
  });
});

describe('a mission made whole', () => {
  const geometry = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: [[[30, 48], [31, 47]], [[32, 49]]] } }] } as unknown as Geometry;
  const mission = { bbox: null, sensors: [{ id: 'a', modality: 'camera', owner: 'm', lat: null, lon: null }, { id: 'b', modality: 'camera', owner: 'm', lat: 48, lon: 30 }] } as unknown as WireMission;
  it('takes its bounds from the geometry and drops unplaced sensors', () => {
    const whole = normalMission(mission, geometry);
    expect(whole.bbox).toEqual([30, 47, 32, 49]);
    expect(whole.sensors.map((sensor) => sensor.id)).toEqual(['b']);
  });
});
