// The four marks, once as paths (for lists and legend) and once as bitmaps (for the map): shape and colour always go together.
import { MARKS, type Mark } from '../model/derive';
import type { Palette } from './palette';

/** Outlines in a 16 × 16 box. `hollow` shapes are drawn as a ring. */
export const SHAPES: Record<Mark, { path: string; hollow: boolean }> = {
  inconsistent: { path: 'M8 1.2 14.8 8 8 14.8 1.2 8Z', hollow: false },
  undetermined: { path: 'M8 2.2 14.4 13.4H1.6Z', hollow: true },
  consistent: { path: 'M8 2.4a5.6 5.6 0 1 0 0 11.2a5.6 5.6 0 1 0 0-11.2Z', hollow: false },
  none: { path: 'M3.4 3.4h9.2v9.2H3.4Z', hollow: true },
};

const PIXELS = 2;
const BOX = 22;

function canvas(size: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas');
  element.width = element.height = size * PIXELS;
  const pen = element.getContext('2d');
  if (!pen) throw new Error('no drawing surface');
  pen.scale(PIXELS, PIXELS);
  return pen;
}

function drawMark(mark: Mark, palette: Palette): ImageData {
  const pen = canvas(BOX);
  pen.translate(3, 3);
  const path = new Path2D(SHAPES[mark].path);
  pen.lineJoin = 'round';
  pen.lineWidth = SHAPES[mark].hollow ? 5.4 : 3;
  pen.strokeStyle = palette.halo;
  pen.stroke(path);
  pen.fillStyle = SHAPES[mark].hollow ? palette.halo : palette.marks[mark];
  pen.fill(path);
  if (SHAPES[mark].hollow) {
    pen.lineWidth = 2.4;
    pen.strokeStyle = palette.marks[mark];
    pen.stroke(path);
  }
  return pen.getImageData(0, 0, BOX * PIXELS, BOX * PIXELS);
}

function drawSensor(palette: Palette): ImageData {
  const pen = canvas(10);
  pen.lineWidth = 1.3;
  pen.strokeStyle = palette.quiet;
  pen.beginPath();
  pen.moveTo(5, 1.5);
  pen.lineTo(5, 8.5);
  pen.moveTo(1.5, 5);
  pen.lineTo(8.5, 5);
  pen.stroke();
  return pen.getImageData(0, 0, 10 * PIXELS, 10 * PIXELS);
}

function drawHatch(palette: Palette): ImageData {
  const pen = canvas(8);
  pen.strokeStyle = palette.site;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, 8 * PIXELS, 8 * PIXELS);
}

/** Every bitmap the map's style names, drawn in the palette's colours. */
export function bitmaps(palette: Palette): { name: string; image: ImageData; pixelRatio: number }[] {
  return [
    ...MARKS.map((mark) => ({ name: `mark-${mark}`, image: drawMark(mark, palette), pixelRatio: PIXELS })),
    { name: 'sensor', image: drawSensor(palette), pixelRatio: PIXELS },
    { name: 'hatch', image: drawHatch(palette), pixelRatio: PIXELS },
  ];
}
