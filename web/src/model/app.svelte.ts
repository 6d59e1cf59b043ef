// What the page knows and what the reader has chosen. One object, shared by every component.
import { coalesce, listen, readMission, readSnapshot, replay } from '../api/client';
import type { Geometry, Mission, ReplayAct, Snapshot } from '../api/types';
import { isLang, setLang } from '../i18n/index.svelte';
import { coverageRows, derive, wantedFindings, wantedIncidents, type Mark, type Wanted, type WindowHours } from './derive';
import { load, save } from './remember';
import { UTC, zoneOf } from './time';
import { label } from './words';

export type Theme = 'auto' | 'light' | 'dark';
export type Tab = 'incidents' | 'findings' | 'mission';
export type Selected = { kind: 'incident' | 'finding'; id: string } | null;

const REFETCH_GAP_MS = 400;

class App {
  phase = $state<'loading' | 'failed' | 'ready'>('loading');
  mission = $state.raw<Mission | null>(null);
  geometry = $state.raw<Geometry | null>(null);
  snapshot = $state.raw<Snapshot | null>(null);
  streamUp = $state(true);
  answered = $state(true);
  connected = $derived(this.streamUp && this.answered);
  canReplay = $state(false);

  theme = $state<Theme>('auto');
  inUtc = $state(false);
  tab = $state<Tab>('incidents');
  selected = $state.raw<Selected>(null);
  hours = $state<WindowHours>(24);
  mark = $state<Mark | 'any'>('any');
  search = $state('');
  superseded = $state(false);
  /** Whether the moment shown is the latest one; else `chosen` holds it. */
  following = $state(true);
  chosen = $state(0);

  zone = $derived(this.inUtc || !this.mission ? UTC : zoneOf(this.mission.time_zone));
  now = $derived(this.snapshot ? Date.parse(this.snapshot.now) : 0);
  from = $derived(this.mission ? Date.parse(this.mission.span.from) : 0);
  until = $derived(Math.max(this.mission ? Date.parse(this.mission.span.until) : 0, this.now));
  cursor = $derived(this.following ? this.now : Math.min(this.chosen, this.now));
  derived = $derived(this.snapshot ? derive(this.snapshot) : { incidents: [], findings: [], byId: new Map() });
  wanted = $derived<Wanted>({ cursor: this.cursor, hours: this.hours, mark: this.mark, search: this.search, superseded: this.superseded });
  incidents = $derived(wantedIncidents(this.derived.incidents, this.wanted, label));
  findings = $derived(wantedFindings(this.derived.findings, this.wanted, label));
  coverage = $derived(coverageRows(this.snapshot?.coverage ?? [], this.from, this.now));

  async start(): Promise<void> {
    this.phase = 'loading';
    this.recall();
    try {
      const [{ mission, geometry }, snapshot] = await Promise.all([readMission(), readSnapshot()]);
      this.mission = mission;
      this.geometry = geometry;
      this.snapshot = snapshot;
      this.chooseLang(mission);
      this.phase = 'ready';
      this.readAddress();
      this.follow();
      if (mission.fictional) await this.probeReplay(snapshot);
    } catch {
      this.phase = 'failed';
    }
  }

  private follow(): void {
    const refetch = coalesce(async () => {
      try {
        this.snapshot = await readSnapshot();
        this.answered = true;
      } catch {
        this.answered = false;
      }
    }, REFETCH_GAP_MS);
    listen({ changed: refetch, connected: (up) => (this.streamUp = up) });
  }

  /** Repeats the clock's present state: it changes nothing, and the answer says whether there is a clock to steer. */
  private async probeReplay(snapshot: Snapshot): Promise<void> {
    this.canReplay = await replay({ action: snapshot.playing ? 'play' : 'pause' }).catch(() => false);
  }

  async steer(act: ReplayAct): Promise<void> {
    this.canReplay = await replay(act).catch(() => this.canReplay);
  }

  /** Shows a moment; the latest moment is followed from then on. */
  show(t: number): void {
    this.following = t >= this.now;
    this.chosen = Math.max(this.from, Math.min(t, this.now));
  }

  select(next: Selected): void {
    if (next?.id === this.selected?.id && next?.kind === this.selected?.kind) return;
    this.selected = next;
    const address = next ? `#/${next.kind}/${encodeURIComponent(next.id)}` : location.pathname;
    history.pushState(null, '', address);
  }

  readAddress(): void {
    const found = /^#\/(incident|finding)\/(.+)$/.exec(location.hash);
    this.selected = found ? { kind: found[1] as 'incident' | 'finding', id: decodeURIComponent(found[2] ?? '') } : null;
    if (this.selected) this.tab = this.selected.kind === 'incident' ? 'incidents' : 'findings';
  }

  partyName(id: string): string {
    return this.mission?.parties.find((party) => party.id === id)?.name ?? id;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    save('theme', theme);
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  setUtc(inUtc: boolean): void {
    this.inUtc = inUtc;
    save('utc', String(inUtc));
  }

  private recall(): void {
    const theme = load('theme');
    this.setTheme(theme === 'light' || theme === 'dark' ? theme : 'auto');
    this.inUtc = load('utc') === 'true';
    const remembered = load('lang');
    const wished = [remembered, ...navigator.languages.map((tag) => tag.slice(0, 2))];
    setLang(wished.find(isLang) ?? 'en');
  }

  private chooseLang(mission: Mission): void {
    const wished = [load('lang'), ...navigator.languages.map((tag) => tag.slice(0, 2)), ...mission.languages];
    setLang(wished.find(isLang) ?? 'en');
  }
}

export const app = new App();
