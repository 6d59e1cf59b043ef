// The map itself. Loaded on its own, after the lists, because it is the heaviest part of the page.
import { Map as MapLibre, Marker, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Label } from './features';
import { layers, markSize, style, type SOURCES } from './layers';
import { bitmaps } from './marks';
import type { Palette } from './palette';

setWorkerUrl(workerUrl);

export type SourceName = (typeof SOURCES)[number];
type Box = [number, number, number, number];

/** A bar of so many pixels stands for so many metres at the middle of the picture. */
export interface Scale {
  metres: number;
  px: number;
}

export interface Options {
  container: HTMLElement;
  bbox: Box;
  palette: Palette;
  describe: string;
  onchoose(id: string | null): void;
  onscale(scale: Scale): void;
  onpoint(id: string | null, x: number, y: number): void;
}

const TOUCH_PX = 9;
const SCALE_PX = 120;

export class Engine {
  private readonly map: MapLibre;
  private markers: Marker[] = [];
  private crowding = 1;
  readonly ready: Promise<void>;

  constructor(private readonly options: Options) {
    this.map = new MapLibre({
      container: options.container, style: style(options.palette), bounds: options.bbox, fitBoundsOptions: { padding: this.padding() },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 17, renderWorldCopies: false,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.describe(options.describe);
    this.ready = new Promise((done) => this.map.once('load', () => done()));
    this.addBitmaps(options.palette);
    this.map.on('click', (event) => this.choose(event.point.x, event.point.y));
    this.map.on('mousemove', (event) => {
      const id = this.near(event.point.x, event.point.y);
      this.map.getCanvas().style.cursor = id ? 'pointer' : '';
      this.options.onpoint(id, event.point.x, event.point.y);
    });
    this.map.on('mouseout', () => this.options.onpoint(null, 0, 0));
    this.map.on('moveend', () => this.thin());
    this.map.on('move', () => this.scale());
    this.map.on('resize', () => this.scale());
    this.scale();
  }

  /** Room for the legend and the buttons, where there is room to give. */
  private padding(): { left: number; right: number; top: number; bottom: number } {
    const { clientWidth: width, clientHeight: height } = this.options.container;
    const roomy = width > 700 && width / height > 1.3;
    return roomy ? { left: 262, right: 64, top: 20, bottom: 24 } : { left: 16, right: 16, top: 52, bottom: 30 };
  }

  private addBitmaps(palette: Palette): void {
    this.map.once('styledata', () => {
      for (const { name, image, pixelRatio } of bitmaps(palette)) if (!this.map.hasImage(name)) this.map.addImage(name, image, { pixelRatio });
    });
  }

  private scale(): void {
    const middle = this.options.container.clientHeight / 2;
    const longest = this.map.unproject([0, middle]).distanceTo(this.map.unproject([SCALE_PX, middle]));
    const power = 10 ** Math.floor(Math.log10(longest));
    const metres = ([5, 2].find((n) => n * power <= longest) ?? 1) * power;
    this.options.onscale({ metres, px: (SCALE_PX * metres) / longest });
  }

  private near(x: number, y: number): string | null {
    if (!this.map.getLayer('incidents')) return null;
    const found = this.map.queryRenderedFeatures([[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]], { layers: ['incidents'] });
    const gap = (feature: (typeof found)[number]): number => {
      const at = this.map.project((feature.geometry as GeoJSON.Point).coordinates as [number, number]);
      return Math.hypot(at.x - x, at.y - y);
    };
    const nearest = found.sort((a, b) => gap(a) - gap(b))[0];
    return nearest ? String(nearest.properties.id) : null;
  }

  private choose(x: number, y: number): void {
    this.options.onchoose(this.near(x, y));
  }

  set(source: SourceName, data: GeoJSON.FeatureCollection): void {
    void (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  crowd(count: number): void {
    const scale = count > 3_000 ? 0.4 : count > 800 ? 0.6 : 1;
    if (scale === this.crowding) return;
    this.crowding = scale;
    this.map.setLayoutProperty('incidents', 'icon-size', markSize(scale));
  }

  describe(text: string): void {
    this.map.getCanvas().setAttribute('aria-label', text);
  }

  repaint(palette: Palette): void {
    for (const layer of layers(palette)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name as never, value as never);
    }
    for (const { name, image } of bitmaps(palette)) if (this.map.hasImage(name)) this.map.updateImage(name, image);
  }

  label(labels: Label[]): void {
    for (const marker of this.markers) marker.remove();
    this.markers = labels.map((label) => {
      const element = document.createElement('div');
      element.className = `map-label map-label-${label.kind}`;
      element.setAttribute('aria-hidden', 'true');
      element.textContent = label.text;
      return new Marker({ element, opacity: '1' }).setLngLat(label.at).addTo(this.map);
    });
    this.thin();
  }

  /** Hides labels that would lie on an earlier one or outside the picture. */
  private thin(): void {
    const frame = this.map.getContainer().getBoundingClientRect();
    const kept: DOMRect[] = [];
    for (const marker of this.markers) {
      const element = marker.getElement();
      const box = element.getBoundingClientRect();
      const outside = box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
      const covered = kept.some((other) => box.left < other.right + 4 && other.left < box.right + 4 && box.top < other.bottom && other.top < box.bottom);
      element.style.visibility = outside || covered ? 'hidden' : 'visible';
      if (!outside && !covered) kept.push(box);
    }
  }

  zoom(step: 1 | -1): void {
    if (step === 1) this.map.zoomIn();
    else this.map.zoomOut();
  }

  fit(): void {
    this.map.fitBounds(this.options.bbox, { padding: this.padding() });
  }

  /** Brings a place into the picture, without moving when it already is. */
  bring(lon: number, lat: number): void {
    const at = this.map.project([lon, lat]);
    const frame = this.map.getContainer().getBoundingClientRect();
    const inside = at.x > 40 && at.y > 40 && at.x < frame.width - 40 && at.y < frame.height - 40;
    if (!inside) this.map.easeTo({ center: [lon, lat] });
  }

  close(): void {
    this.map.remove();
  }
}
