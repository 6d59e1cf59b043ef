// Reads the program's interface over the same origin, and keeps listening for changes.
import { normalMission, normalSnapshot, type WireMission, type WireSnapshot } from './normal';
import type { Geometry, Mission, ReplayAct, Snapshot } from './types';

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return (await answer.json()) as T;
}

/** The mission and its geometry, which do not change while the page is open. */
export async function readMission(): Promise<{ mission: Mission; geometry: Geometry }> {
  const [mission, geometry] = await Promise.all([get<WireMission>('/api/v1/mission'), get<Geometry>('/api/v1/geometry')]);
  return { mission: normalMission(mission, geometry), geometry };
}

export const readSnapshot = async (): Promise<Snapshot> => normalSnapshot(await get<WireSnapshot>('/api/v1/state'));

/** Asks the demo's clock to play, pause or jump. False where there is no such clock. */
export async function replay(act: ReplayAct): Promise<boolean> {
  const answer = await fetch('/api/v1/replay', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(act),
  });
  return answer.ok;
}

export interface Listener {
  changed(): void;
  connected(up: boolean): void;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 15_000;

/** Listens to `changed`, coming back by itself with growing pauses. Returns the way to stop. */
export function listen(listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = RETRY_FIRST_MS;
  const open = (): void => {
    source = new EventSource('/api/v1/events');
    source.addEventListener('changed', () => listener.changed());
    source.onopen = () => {
      pause = RETRY_FIRST_MS;
      listener.connected(true);
      listener.changed();
    };
    source.onerror = () => {
      listener.connected(false);
      source?.close();
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, RETRY_LAST_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/** Runs `job` at most once at a time and at most every `gapMs`; calls in between become one later run. */
export function coalesce(job: () => Promise<void>, gapMs: number): () => void {
  let running = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    running = true;
    wanted = false;
    await job();
    await new Promise((done) => setTimeout(done, gapMs));
    running = false;
    if (wanted) void run();
  };
  return () => {
    if (running) wanted = true;
    else void run();
  };
}
