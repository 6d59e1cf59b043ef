// What the lists, the map and the strips show, computed from one snapshot. Pure: the same snapshot gives the same picture.
import type { CoverageCell, Finding, Incident, Snapshot, Verdict, Wording } from '../api/types';
import { HOUR_MS } from './time';

/** The mark an incident carries: the gravest of its findings, or `none` where nothing was held against it. */
export type Mark = Verdict | 'none';

export const MARKS: readonly Mark[] = ['inconsistent', 'undetermined', 'consistent', 'none'];

/** Hours shown before the cursor; 0 shows everything up to it. */
export type WindowHours = 1 | 6 | 24 | 0;

export interface IncidentView {
  incident: Incident;
  from: number;
  until: number;
  mark: Mark;
  findings: Finding[];
}

export interface FindingView {
  finding: Finding;
  incident: Incident | null;
  from: number;
  until: number;
}

export interface Derived {
  incidents: IncidentView[];
  findings: FindingView[];
  byId: Map<string, IncidentView>;
}

function gravest(findings: Finding[]): Mark {
  return MARKS.find((mark) => findings.some((finding) => finding.verdict === mark)) ?? 'none';
}

/** Joins incidents with their findings, newest first, ties by id. */
export function derive(snapshot: Snapshot): Derived {
  const held = new Map<string, Finding[]>();
  for (const finding of snapshot.findings) {
    if (finding.subject.kind !== 'incident') continue;
    const list = held.get(finding.subject.id);
    if (list) list.push(finding);
    else held.set(finding.subject.id, [finding]);
  }
  const incidents = snapshot.incidents.map((incident): IncidentView => {
    const findings = held.get(incident.id) ?? [];
    return { incident, from: Date.parse(incident.time.from), until: Date.parse(incident.time.until), mark: gravest(findings), findings };
  });
  incidents.sort((a, b) => b.from - a.from || (a.incident.id < b.incident.id ? -1 : 1));
  const byId = new Map(incidents.map((view) => [view.incident.id, view]));
  const findings = snapshot.findings.map((finding) => findingView(finding, byId));
  findings.sort((a, b) => b.from - a.from || (a.finding.id < b.finding.id ? -1 : 1));
  return { incidents, findings, byId };
}

function findingView(finding: Finding, byId: Map<string, IncidentView>): FindingView {
  if (finding.subject.kind === 'window') {
    return { finding, incident: null, from: Date.parse(finding.subject.from), until: Date.parse(finding.subject.until) };
  }
  const view = byId.get(finding.subject.id);
  return { finding, incident: view?.incident ?? null, from: view?.from ?? 0, until: view?.until ?? 0 };
}

/** Start of the window that ends at the cursor. */
export const windowStart = (cursor: number, hours: WindowHours): number =>
  hours === 0 ? Number.NEGATIVE_INFINITY : cursor - hours * HOUR_MS;

/** Whether something lasting from `from` until `until` touches the window ending at the cursor. */
export function touches(span: { from: number; until: number }, cursor: number, hours: WindowHours): boolean {
  return span.from <= cursor && Math.max(span.until, span.from) >= windowStart(cursor, hours);
}

export interface Wanted {
  cursor: number;
  hours: WindowHours;
  mark: Mark | 'any';
  search: string;
  superseded: boolean;
}

const includesAll = (text: string, words: string[]): boolean => words.every((word) => text.includes(word));

const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/).filter(Boolean);

/** Incidents of the window; `label` gives the reader's word for a class, so that search works in every language. */
export function wantedIncidents(all: IncidentView[], wanted: Wanted, label: (name: string) => string): IncidentView[] {
  const words = wordsOf(wanted.search);
  return all.filter((view) => {
    if (!wanted.superseded && view.incident.superseded_by !== null) return false;
    if (wanted.mark !== 'any' && view.mark !== wanted.mark) return false;
    if (!touches(view, wanted.cursor, wanted.hours)) return false;
    return words.length === 0 || includesAll(incidentText(view, label), words);
  });
}

function incidentText(view: IncidentView, label: (name: string) => string): string {
  const { incident, findings } = view;
  return [incident.id, label(incident.class), incident.class, ...incident.modalities.map(label), ...incident.owners, ...incident.reasons,
    ...findings.map((finding) => `${finding.clause.eid} ${finding.clause.rule}`)].join(' ').toLowerCase();
}

/** Findings of the window; those on a superseded incident are shown only on request. */
export function wantedFindings(all: FindingView[], wanted: Wanted, label: (name: string) => string): FindingView[] {
  const words = wordsOf(wanted.search);
  return all.filter((view) => {
    if (!wanted.superseded && view.incident?.superseded_by) return false;
    if (wanted.mark !== 'any' && view.finding.verdict !== wanted.mark) return false;
    if (!touches(view, wanted.cursor, wanted.hours)) return false;
    return words.length === 0 || includesAll(findingText(view, label), words);
  });
}

function findingText(view: FindingView, label: (name: string) => string): string {
  const { finding, incident } = view;
  return [finding.id, finding.clause.eid, finding.clause.rule, finding.clause.sentence, incident ? label(incident.class) : '',
    incident?.id ?? '', ...finding.reasons.map((reason) => reason.text)].join(' ').toLowerCase();
}

export interface Bin {
  from: number;
  total: number;
  inconsistent: number;
}

const BIN_HOURS = [1, 2, 3, 6, 12, 24, 168];

/** Incidents per bin over the span; bins are hours, wider where the span holds more than 400 of them. */
export function histogram(all: IncidentView[], from: number, until: number): { widthMs: number; bins: Bin[] } {
  const hours = BIN_HOURS.find((h) => (until - from) / (h * HOUR_MS) <= 400) ?? 168;
  const widthMs = hours * HOUR_MS;
  const count = Math.max(1, Math.min(2_000, Math.ceil((until - from) / widthMs)));
  const bins = Array.from({ length: count }, (_, i): Bin => ({ from: from + i * widthMs, total: 0, inconsistent: 0 }));
  for (const view of all) {
    const bin = view.incident.superseded_by === null ? bins[Math.floor((view.from - from) / widthMs)] : undefined;
    if (!bin) continue;
    bin.total += 1;
    if (view.mark === 'inconsistent') bin.inconsistent += 1;
  }
  return { widthMs, bins };
}

export interface CoverageRow {
  key: string;
  name: string;
  /** Named where a class is stated for more than one area. */
  area: string | null;
  cells: { from: number; until: number; wording: Wording; cell: CoverageCell }[];
  /** Share of the time up to now in which little could have been missed. */
  high: number;
}

const isHigh = (cell: CoverageCell): boolean =>
  cell.wording === 'none_detected_high' || (cell.wording === 'detected' && cell.share_pd90 >= 0.9);

/** One row per event class and area, cells in order of time. Time without a cell is not filled in: it was not monitored. */
export function coverageRows(cells: CoverageCell[], from: number, now: number): CoverageRow[] {
  const rows = new Map<string, CoverageRow>();
  const areas = new Set(cells.map((cell) => cell.area ?? ''));
  for (const cell of cells) {
    const key = `${cell.class} ${cell.area ?? ''}`;
    const row = rows.get(key) ?? { key, name: cell.class, area: areas.size > 1 ? (cell.area ?? null) : null, cells: [], high: 0 };
    row.cells.push({ from: Date.parse(cell.from), until: Date.parse(cell.until), wording: cell.wording, cell });
    rows.set(key, row);
  }
  for (const row of rows.values()) {
    row.cells.sort((a, b) => a.from - b.from);
    row.high = highShare(row, from, now);
  }
  return [...rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function highShare(row: CoverageRow, from: number, now: number): number {
  const overlap = (cell: CoverageRow['cells'][number]): number => Math.max(0, Math.min(cell.until, now) - Math.max(cell.from, from));
  const seen = row.cells.reduce((sum, cell) => sum + (isHigh(cell.cell) ? overlap(cell) : 0), 0);
  return now > from ? seen / (now - from) : 0;
}

/** The cell that holds an instant, or null where nobody was watching. */
export function cellAt(row: CoverageRow, t: number): CoverageRow['cells'][number] | null {
  return row.cells.find((cell) => cell.from <= t && t < cell.until) ?? null;
}
