// A 90 % ellipse as a ring on the map. Flat-earth offsets on WGS 84 radii: exact to the width of a line below 50 km.
import type { Place } from '../api/types';

const EQUATOR_M = 6_378_137;
const ECCENTRICITY_2 = 0.006_694_379_990_14;

/** Metres per degree of latitude and longitude at a latitude. */
export function metresPerDegree(latDeg: number): { lat: number; lon: number } {
  const sin = Math.sin((latDeg * Math.PI) / 180);
  const w = 1 - ECCENTRICITY_2 * sin * sin;
  const meridian = (EQUATOR_M * (1 - ECCENTRICITY_2)) / w ** 1.5;
  const parallel = (EQUATOR_M / Math.sqrt(w)) * Math.cos((latDeg * Math.PI) / 180);
  return { lat: (meridian * Math.PI) / 180, lon: (parallel * Math.PI) / 180 };
}

/** A closed ring [lon, lat] of the ellipse; azimuth of the long axis clockwise from north. */
export function ellipseRing(place: Place, corners = 48): [number, number][] {
  const { semi_major_m, semi_minor_m, azimuth_deg } = place.ellipse_90;
  const turn = (azimuth_deg * Math.PI) / 180;
  const perDegree = metresPerDegree(place.lat);
  const ring = Array.from({ length: corners }, (_, i): [number, number] => {
    const angle = (2 * Math.PI * i) / corners;
    const along = semi_major_m * Math.cos(angle);
    const across = semi_minor_m * Math.sin(angle);
    const north = along * Math.cos(turn) - across * Math.sin(turn);
    const east = along * Math.sin(turn) + across * Math.cos(turn);
    return [place.lon + east / perDegree.lon, place.lat + north / perDegree.lat];
  });
  const first = ring[0];
  return first ? [...ring, first] : ring;
}
