import { describe, expect, it } from 'vitest';
import type { CoverageCell, Finding, Incident, Snapshot, Verdict } from '../api/types';
import { cellAt, coverageRows, derive, histogram, touches, wantedFindings, wantedIncidents, type Wanted } from './derive';
import { HOUR_MS } from './time';

const T0 = Date.parse('2031-05-12T00:00:00Z');
const iso = (hours: number): string => new Date(T0 + hours * HOUR_MS).toISOString();

function incident(id: string, hour: number, more: Partial<Incident> = {}): Incident {
  return { id, class: 'shelling', time: { from: iso(hour), until: iso(hour + 0.05), sigma_s: 1 }, place: null, counts: { observations: 4, rounds: null },
    modalities: ['acoustic'], owners: ['Mission'], origin_shares: [], arrivals: [], reasons: ['four arrivals agree'], known_at: iso(hour + 0.1), area: null, class_posterior: [], supersedes: [], superseded_by: null, ...more };
}

function finding(id: string, subject: Finding['subject'], verdict: Verdict): Finding {
  return { id, verdict, clause: { eid: 'art_2', rule: 'F-1', version: '1', sentence: 'No fire.' }, subject, probability_inside: null, margin_m: null, reasons: [], reading: null, exempted_by: null };
}

function snapshot(incidents: Incident[], findings: Finding[] = []): Snapshot {
  return { revision: 1, now: iso(48), playing: false, speed: 1, incidents, findings, coverage: [], cases: [], log: { origin: 'x', size: 1, root: 'r' }, problems: 0 };
}

const about = (id: string): Finding['subject'] => ({ kind: 'incident', id });
const wanted = (more: Partial<Wanted> = {}): Wanted => ({ cursor: T0 + 48 * HOUR_MS, hours: 0, mark: 'any', search: '', superseded: false, ...more });
const label = (name: string): string => ({ shelling: 'Обстріл' })[name] ?? name;
const ids = (views: { incident: Incident | null }[]): (string | undefined)[] => views.map((view) => view.incident?.id);

describe('derive', () => {
  it('lets the gravest finding mark the incident, and says none where there is none', () => {
    const { byId } = derive(snapshot([incident('a', 1), incident('b', 2), incident('c', 3)], [
      finding('1', about('a'), 'consistent'), finding('2', about('a'), 'inconsistent'), finding('3', about('b'), 'undetermined'), finding('4', about('b'), 'consistent')]));
    expect([byId.get('a')?.mark, byId.get('b')?.mark, byId.get('c')?.mark]).toEqual(['inconsistent', 'undetermined', 'none']);
  });
  it('orders newest first and breaks ties by id, whatever the order of arrival', () => {
    const list = [incident('b', 1), incident('a', 1), incident('c', 2)];
    expect(ids(derive(snapshot(list)).incidents)).toEqual(['c', 'a', 'b']);
    expect(ids(derive(snapshot(list.reverse())).incidents)).toEqual(['c', 'a', 'b']);
  });
  it('keeps a finding whose incident is not there', () => {
    expect(derive(snapshot([], [finding('1', about('gone'), 'undetermined')])).findings).toHaveLength(1);
  });
});

describe('the window', () => {
  it('shows nothing that begins after the cursor', () => {
    expect(touches({ from: 10, until: 20 }, 9, 0)).toBe(false);
    expect(touches({ from: 10, until: 20 }, 10, 0)).toBe(true);
  });
  it('shows what began before the window and lasts into it', () => {
    const cursor = 10 * HOUR_MS;
    expect(touches({ from: 0, until: 9.5 * HOUR_MS }, cursor, 1)).toBe(true);
    expect(touches({ from: 0, until: 8.9 * HOUR_MS }, cursor, 1)).toBe(false);
  });
});

describe('the lists', () => {
  const all = derive(snapshot([incident('a', 1, { superseded_by: 'b' }), incident('b', 1, { supersedes: ['a'] }), incident('c', 30, { class: 'gnss_interference' })], [
    finding('1', about('a'), 'inconsistent'), finding('2', about('b'), 'inconsistent'), finding('3', { kind: 'window', from: iso(0), until: iso(24), area: 'all' }, 'undetermined')]));

  it('hides superseded records until they are asked for', () => {
    expect(ids(wantedIncidents(all.incidents, wanted(), label))).toEqual(['c', 'b']);
    expect(ids(wantedIncidents(all.incidents, wanted({ superseded: true }), label))).toEqual(['c', 'a', 'b']);
    expect(wantedFindings(all.findings, wanted(), label).map((view) => view.finding.id)).toEqual(['2', '3']);
  });
  it('filters by mark', () => expect(ids(wantedIncidents(all.incidents, wanted({ mark: 'none' }), label))).toEqual(['c']));
  it('finds by the word of the reader, by clause and by every word at once', () => {
    const find = (search: string): unknown => ids(wantedIncidents(all.incidents, wanted({ search }), label));
    expect(find('обстріл')).toEqual(['b']);
    expect(find('ART_2')).toEqual(['b']);
    expect(find('gnss mission')).toEqual(['c']);
    expect(find('gnss art_2')).toEqual([]);
  });
});

describe('the histogram', () => {
  it('counts every present incident once, in the hour it began', () => {
    const all = derive(snapshot([incident('a', 0), incident('b', 0.99), incident('c', 1), incident('d', 5, { superseded_by: 'e' })], [finding('1', about('b'), 'inconsistent')])).incidents;
    const { bins, widthMs } = histogram(all, T0, T0 + 24 * HOUR_MS);
    expect(widthMs).toBe(HOUR_MS);
    expect(bins).toHaveLength(24);
    expect(bins.slice(0, 2).map((bin) => [bin.total, bin.inconsistent])).toEqual([[2, 1], [1, 0]]);
    expect(bins.reduce((sum, bin) => sum + bin.total, 0)).toBe(3);
  });
  it('widens the bins of a long mission', () => {
    const { bins, widthMs } = histogram([], T0, T0 + 365 * 24 * HOUR_MS);
    expect(widthMs).toBe(24 * HOUR_MS);
    expect(bins).toHaveLength(365);
  });
});

describe('coverage', () => {
  const cell = (from: number, until: number, wording: CoverageCell['wording'], share = 0.95): CoverageCell =>
    ({ class: 'shelling', from: iso(from), until: iso(until), share_pd90: share, mean_pd: share, worst_pd: share, wording });

  it('counts time without a cell as not covered', () => {
    const [row] = coverageRows([cell(0, 1, 'none_detected_high'), cell(3, 4, 'none_detected_high')], T0, T0 + 4 * HOUR_MS);
    expect(row?.high).toBe(0.5);
    expect(row && cellAt(row, T0 + 2 * HOUR_MS)).toBeNull();
    expect(row && cellAt(row, T0 + 3 * HOUR_MS)?.wording).toBe('none_detected_high');
  });
  it('keeps areas apart, and names them only where there are several', () => {
    const there = (area: string): CoverageCell => ({ ...cell(0, 1, 'none_detected_high'), area });
    expect(coverageRows([there('North'), there('South')], T0, T0 + HOUR_MS).map((row) => row.area)).toEqual(['North', 'South']);
    expect(coverageRows([there('North')], T0, T0 + HOUR_MS).map((row) => row.area)).toEqual([null]);
  });
  it('does not count what lies in the future, nor partial cells, as high', () => {
    const [row] = coverageRows([cell(0, 1, 'none_detected_partial'), cell(1, 10, 'none_detected_high')], T0, T0 + 2 * HOUR_MS);
    expect(row?.high).toBe(0.5);
  });
  it('calls a detection high only where the coverage was', () => {
    const high = (share: number): number | undefined => coverageRows([cell(0, 1, 'detected', share)], T0, T0 + HOUR_MS)[0]?.high;
    expect(high(0.95)).toBe(1);
    expect(high(0.4)).toBe(0);
  });
});
