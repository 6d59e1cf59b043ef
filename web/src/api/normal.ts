// Makes whole what the wire leaves open, so that the rest of the page need not ask.
import type { Geometry, Incident, Mission, SensorSite, Snapshot } from './types';

type Loose<T, K extends keyof T> = Omit<T, K> & Partial<{ [P in K]: unknown }>;
export type WireIncident = Loose<Incident, 'supersedes' | 'superseded_by' | 'known_at' | 'area' | 'class_posterior'>;
export type WireSnapshot = Omit<Snapshot, 'incidents'> & { incidents: WireIncident[] };
export type WireMission = Omit<Mission, 'bbox' | 'sensors'> & {
  bbox: Mission['bbox'] | null;
  sensors: (Omit<SensorSite, 'lat' | 'lon'> & { lat: number | null; lon: number | null })[];
};

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Says of every incident by which later one it was superseded, also where only the later one knows. */
export function normalSnapshot(wire: WireSnapshot): Snapshot {
  const later = new Map<string, string>();
  for (const incident of wire.incidents) for (const earlier of texts(incident.supersedes)) later.set(earlier, incident.id);
  const incidents = wire.incidents.map((incident): Incident => ({
    ...incident,
    supersedes: texts(incident.supersedes),
    superseded_by: text(incident.superseded_by) ?? later.get(incident.id) ?? null,
    known_at: text(incident.known_at),
    area: text(incident.area),
    class_posterior: Array.isArray(incident.class_posterior) ? (incident.class_posterior as Incident['class_posterior']) : [],
  }));
  return { ...wire, incidents };
}

/** Sensors without a fixed place stay off the map; a mission without bounds takes those of its geometry. */
export function normalMission(wire: WireMission, geometry: Geometry): Mission {
  const placed = wire.sensors.filter((sensor): sensor is SensorSite => sensor.lat !== null && sensor.lon !== null);
  return { ...wire, sensors: placed, bbox: wire.bbox ?? boundsOf(geometry) };
}

function boundsOf(geometry: Geometry): Mission['bbox'] {
  const box: Mission['bbox'] = [180, 85, -180, -85];
  const widen = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [lon, lat] = value as unknown[];
    if (typeof lon === 'number' && typeof lat === 'number') {
      box.splice(0, 4, Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat));
    } else value.forEach(widen);
  };
  for (const feature of geometry.features) if ('coordinates' in feature.geometry) widen(feature.geometry.coordinates);
  return box[0] <= box[2] ? box : [-180, -80, 180, 80];
}
