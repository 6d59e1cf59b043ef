// The map's style: sources, and layers from ground to marks. No text layers: the few labels are page elements.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Palette } from './palette';

export const SOURCES = ['land', 'ground', 'sensors', 'ellipses', 'incidents', 'chosen'] as const;

const role = (name: string): ['==', ['get', string], string] => ['==', ['get', 'role'], name];

const polygon: ExpressionSpecification = ['in', ['geometry-type'], ['literal', ['Polygon', 'MultiPolygon']]];

function ground(p: Palette): LayerSpecification[] {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': p.sea } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': p.land } },
    { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': p.coast, 'line-width': 0.8 } },
    { id: 'control', type: 'fill', source: 'ground', filter: role('control'),
      paint: { 'fill-color': ['match', ['get', 'hue'], 0, p.controls[0] ?? p.land, 1, p.controls[1] ?? p.land, 2, p.controls[2] ?? p.land, p.controls[3] ?? p.land], 'fill-opacity': 0.42 } },
    { id: 'water-fill', type: 'fill', source: 'ground', filter: ['all', role('water'), polygon], paint: { 'fill-color': p.water } },
    { id: 'water-line', type: 'line', source: 'ground', filter: role('water'), paint: { 'line-color': p.water, 'line-width': 2.2 } },
    { id: 'area', type: 'line', source: 'ground', filter: role('area'), paint: { 'line-color': p.quiet, 'line-width': 0.6, 'line-opacity': 0.35 } },
    { id: 'zone-fill', type: 'fill', source: 'ground', filter: ['all', role('zone'), polygon], paint: { 'fill-color': p.zone, 'fill-opacity': 0.07 } },
    { id: 'zone-line', type: 'line', source: 'ground', filter: role('zone'), paint: { 'line-color': p.zone, 'line-width': 1.1, 'line-dasharray': [4, 3], 'line-opacity': 0.85 } },
    { id: 'site-fill', type: 'fill', source: 'ground', filter: ['all', role('protected_site'), polygon], paint: { 'fill-pattern': 'hatch', 'fill-opacity': 0.8 } },
    { id: 'site-line', type: 'line', source: 'ground', filter: role('protected_site'), paint: { 'line-color': p.site, 'line-width': 1.4 } },
    { id: 'reference', type: 'line', source: 'ground', filter: role('reference_line'), layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': p.line, 'line-width': 2.4 } },
  ];
}

/** Marks shrink where very many stand, so that a crowd is not read as one blot. */
export const markSize = (scale: number): ExpressionSpecification => ['interpolate', ['linear'], ['zoom'], 6, 0.65 * scale, 10, 0.86 * scale, 13, 1.05 * scale];

function events(p: Palette): LayerSpecification[] {
  const colour: ['match', ...unknown[]] = ['match', ['get', 'mark'], 'inconsistent', p.marks.inconsistent, 'undetermined', p.marks.undetermined, 'consistent', p.marks.consistent, p.marks.none];
  return [
    { id: 'sensors', type: 'symbol', source: 'sensors', layout: { 'icon-image': 'sensor', 'icon-allow-overlap': true, 'icon-ignore-placement': true }, paint: { 'icon-opacity': 0.85 } },
    { id: 'ellipse-fill', type: 'fill', source: 'ellipses', paint: { 'fill-color': colour as never, 'fill-opacity': ['*', 0.13, ['get', 'fade']] } },
    { id: 'ellipse-line', type: 'line', source: 'ellipses', paint: { 'line-color': colour as never, 'line-width': 1, 'line-opacity': ['*', 0.75, ['get', 'fade']] } },
    { id: 'incidents', type: 'symbol', source: 'incidents',
      layout: { 'icon-image': ['concat', 'mark-', ['get', 'mark']], 'icon-size': markSize(1), 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': ['get', 'rank'] },
      paint: { 'icon-opacity': ['get', 'fade'] } },
    { id: 'chosen-line', type: 'line', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'line-color': p.ink, 'line-width': 2 } },
    { id: 'chosen-ring', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 14, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': p.ink, 'circle-stroke-width': 2 } },
  ];
}

export const layers = (p: Palette): LayerSpecification[] => [...ground(p), ...events(p)];

export function style(p: Palette): StyleSpecification {
  const nothing = { type: 'FeatureCollection' as const, features: [] };
  const sources = Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson' as const, data: nothing, tolerance: 0.2 }]));
  return { version: 8, sources, layers: layers(p) };
}
