// The wire forms this page reads. Times are RFC 3339 in UTC, probabilities 0 to 1, lengths in metres, angles in degrees.

export interface Party {
  id: string;
  name: string;
}

export interface Clause {
  eid: string;
  heading: string;
  text: string;
  rules: string[];
}

export interface SensorSite {
  id: string;
  modality: string;
  owner: string;
  lat: number;
  lon: number;
}

export interface Mission {
  name: string;
  description: string;
  fictional: boolean;
  view: string;
  time_zone: string;
  parties: Party[];
  bbox: [number, number, number, number];
  languages: string[];
  span: { from: string; until: string };
  credits: string[];
  agreement: { title: string; version: string; clauses: Clause[] };
  sensors: SensorSite[];
}

export type GeometryRole = 'reference_line' | 'control' | 'zone' | 'protected_site' | 'water' | 'area' | 'coverage';

export interface GeometryProperties {
  name: string;
  role: GeometryRole;
  party: string | null;
  valid_from: string | null;
  valid_until: string | null;
  rule: string | null;
}

export type Geometry = GeoJSON.FeatureCollection<GeoJSON.Geometry, GeometryProperties>;

export interface Ellipse90 {
  semi_major_m: number;
  semi_minor_m: number;
  azimuth_deg: number;
}

export interface Place {
  lat: number;
  lon: number;
  ellipse_90: Ellipse90;
}

export interface Interval {
  low: number;
  best: number;
  high: number;
}

export interface Arrival {
  detection: string;
  sensor: string;
  modality: string;
  phenomenon: string;
  time: string;
  residual_m: number | null;
  residual_s: number | null;
  weight: number;
}

export interface Incident {
  id: string;
  class: string;
  time: { from: string; until: string; sigma_s: number };
  place: Place | null;
  counts: { observations: number; rounds: Interval | null };
  modalities: string[];
  owners: string[];
  origin_shares: { party: string; probability: number }[];
  arrivals: Arrival[];
  reasons: string[];
  known_at: string | null;
  /** Name of the area, where nothing finer is known. */
  area: string | null;
  class_posterior: { class: string; probability: number }[];
  supersedes: string[];
  superseded_by: string | null;
}

export type Verdict = 'consistent' | 'inconsistent' | 'undetermined';

export type Subject =
  | { kind: 'incident'; id: string }
  | { kind: 'window'; from: string; until: string; area: string };

export interface Finding {
  id: string;
  verdict: Verdict;
  clause: { eid: string; rule: string; version: string; sentence: string };
  subject: Subject;
  probability_inside: number | null;
  margin_m: { value: number; sigma: number } | null;
  reasons: { code: string; text: string }[];
  reading: string | null;
  exempted_by: string | null;
}

export type Wording =
  | 'none_detected_high'
  | 'none_detected_partial'
  | 'not_assessable'
  | 'not_monitored'
  | 'detected';

export interface CoverageCell {
  class: string;
  area?: string;
  from: string;
  until: string;
  share_pd90: number;
  mean_pd: number;
  worst_pd: number;
  wording: Wording;
}

export interface CaseFile {
  id: string;
  incident: string;
  state: string;
  clocks: { name: string; due: string }[];
}

export interface Snapshot {
  revision: number;
  now: string;
  playing: boolean;
  speed: number;
  incidents: Incident[];
  findings: Finding[];
  coverage: CoverageCell[];
  cases: CaseFile[];
  log: { origin: string; size: number; root: string };
  problems: number;
}

export type ReplayAct = { action: 'play' } | { action: 'pause' } | { action: 'seek'; at: string };
