// The map reads its colours from the page's own variables, so that one theme rules both.
import type { Mark } from '../model/derive';

export interface Palette {
  sea: string;
  land: string;
  coast: string;
  water: string;
  ink: string;
  quiet: string;
  halo: string;
  line: string;
  zone: string;
  site: string;
  controls: string[];
  marks: Record<Mark, string>;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    sea: read('--map-sea'), land: read('--map-land'), coast: read('--map-coast'), water: read('--map-water'),
    ink: read('--ink'), quiet: read('--ink-3'), halo: read('--surface'), line: read('--map-line'), zone: read('--map-zone'), site: read('--map-site'),
    controls: [read('--party-1'), read('--party-2'), read('--party-3'), read('--party-4')],
    marks: { inconsistent: read('--inconsistent'), undetermined: read('--undetermined'), consistent: read('--consistent'), none: read('--no-finding') },
  };
}
