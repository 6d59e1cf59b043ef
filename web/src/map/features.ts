// From the page's own nouns to map features. Pure.
import type { Geometry, Mission, SensorSite } from '../api/types';
import { MARKS, windowStart, type IncidentView, type WindowHours } from '../model/derive';
import { ellipseRing } from '../model/ellipse';

type Collection = GeoJSON.FeatureCollection;

const collection = (features: GeoJSON.Feature[]): Collection => ({ type: 'FeatureCollection', features });

/** Above this many visible incidents only the chosen one shows its ellipse. */
const MOST_ELLIPSES = 400;

/** Geometry valid at an instant, each controlled area with the hue of its party. */
export function groundFeatures(geometry: Geometry, mission: Mission, t: number): Collection {
  const valid = geometry.features.filter(({ properties }) => {
    const from = properties.valid_from ? Date.parse(properties.valid_from) : Number.NEGATIVE_INFINITY;
    const until = properties.valid_until ? Date.parse(properties.valid_until) : Number.POSITIVE_INFINITY;
    return from <= t && t < until;
  });
  return collection(valid.map((feature) => ({ ...feature, properties: { ...feature.properties, hue: hueOf(mission, feature.properties.party) } })));
}

/** A party's place in the list of parties picks its hue; the order carries no rank. */
export const hueOf = (mission: Mission, party: string | null): number =>
  Math.max(0, mission.parties.findIndex((p) => p.id === party)) % 4;

export const sensorFeatures = (sensors: SensorSite[]): Collection =>
  collection(sensors.map((s) => ({ type: 'Feature', properties: { id: s.id, modality: s.modality }, geometry: { type: 'Point', coordinates: [s.lon, s.lat] } })));

function fade(view: IncidentView, cursor: number, hours: WindowHours): number {
  if (hours === 0) return 0.9;
  const age = (cursor - view.from) / (cursor - windowStart(cursor, hours));
  return 1 - 0.45 * Math.min(1, Math.max(0, age));
}

function properties(view: IncidentView, cursor: number, hours: WindowHours): GeoJSON.GeoJsonProperties {
  return { id: view.incident.id, mark: view.mark, rank: MARKS.length - MARKS.indexOf(view.mark), fade: fade(view, cursor, hours) };
}

export function incidentFeatures(views: IncidentView[], cursor: number, hours: WindowHours): { points: Collection; ellipses: Collection } {
  const located = views.filter((view) => view.incident.place !== null);
  const points = located.map((view): GeoJSON.Feature => ({ type: 'Feature', properties: properties(view, cursor, hours), geometry: point(view) }));
  const ellipses = located.length > MOST_ELLIPSES ? [] : located.map((view): GeoJSON.Feature => ({ type: 'Feature', properties: properties(view, cursor, hours), geometry: ellipse(view) }));
  return { points: collection(points), ellipses: collection(ellipses) };
}

export function chosenFeatures(view: IncidentView | null): Collection {
  if (!view?.incident.place) return collection([]);
  return collection([ellipse(view), point(view)].map((geometry) => ({ type: 'Feature', properties: {}, geometry })));
}

function point(view: IncidentView): GeoJSON.Geometry {
  const place = view.incident.place;
  return { type: 'Point', coordinates: place ? [place.lon, place.lat] : [] };
}

function ellipse(view: IncidentView): GeoJSON.Geometry {
  const place = view.incident.place;
  return { type: 'Polygon', coordinates: place ? [ellipseRing(place)] : [] };
}

export interface Label {
  text: string;
  kind: 'party' | 'line' | 'zone' | 'site' | 'water';
  at: [number, number];
}

const KINDS: Record<string, Label['kind'] | undefined> = { control: 'party', reference_line: 'line', zone: 'zone', protected_site: 'site', water: 'water' };
const ORDER: Label['kind'][] = ['party', 'line', 'site', 'zone', 'water'];

/** The few names on the map, most needed first; at most 24. */
export function labels(ground: Collection, partyName: (id: string) => string): Label[] {
  const found = ground.features.flatMap((feature): Label[] => {
    const kind = KINDS[String(feature.properties?.role)];
    const at = anchor(feature.geometry);
    if (!kind || !at) return [];
    const party = feature.properties?.party as string | null;
    return [{ kind, at, text: kind === 'party' && party ? partyName(party) : String(feature.properties?.name ?? '') }];
  });
  return found.filter((label) => label.text !== '').sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)).slice(0, 24);
}

function anchor(geometry: GeoJSON.Geometry): [number, number] | null {
  if (geometry.type === 'Point') return pair(geometry.coordinates);
  if (geometry.type === 'LineString') return early(geometry.coordinates);
  if (geometry.type === 'Polygon') return middle(geometry.coordinates[0] ?? []);
  if (geometry.type === 'MultiPolygon') return middle(longest(geometry.coordinates.map((polygon) => polygon[0] ?? [])));
  if (geometry.type === 'MultiLineString') return early(longest(geometry.coordinates));
  return null;
}

const longest = (rings: GeoJSON.Position[][]): GeoJSON.Position[] => rings.reduce((a, b) => (b.length > a.length ? b : a), []);

/** A point near the beginning of a line, where its name disturbs least. */
const early = (line: GeoJSON.Position[]): [number, number] | null => pair(line[Math.floor(line.length * 0.12)]);

function pair(position: GeoJSON.Position | undefined): [number, number] | null {
  const [lon, lat] = position ?? [];
  return lon === undefined || lat === undefined ? null : [lon, lat];
}

/** The area-weighted centre of a ring. */
function middle(ring: GeoJSON.Position[]): [number, number] | null {
  let area = 0, x = 0, y = 0;
  const origin = pair(ring[0]);
  if (!origin) return null;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const a = pair(ring[i]) ?? origin;
    const b = pair(ring[i + 1]) ?? origin;
    const cross = (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1]);
    area += cross;
    x += (a[0] + b[0] - 2 * origin[0]) * cross;
    y += (a[1] + b[1] - 2 * origin[1]) * cross;
  }
  return area === 0 ? origin : [origin[0] + x / (3 * area), origin[1] + y / (3 * area)];
}
