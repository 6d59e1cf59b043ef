// Coast and land of the real world, from Natural Earth. Land only: no border is ever drawn from a base map.
import landUrl from 'world-atlas/land-50m.json?url';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

export async function readLand(): Promise<GeoJSON.FeatureCollection> {
  const answer = await fetch(landUrl);
  if (!answer.ok) throw new Error(`land: ${answer.status}`);
  const topology = (await answer.json()) as Topology<{ land: GeometryCollection }>;
  return feature(topology, topology.objects.land);
}
