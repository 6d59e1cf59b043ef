// What the play button does: steer the demo's clock while the latest moment is followed, else walk through what is known.
import { app } from './app.svelte';
import { HOUR_MS } from './time';

const STEP_MS = HOUR_MS / 4;
const EVERY_MS = 60;
const CALM_EVERY_MS = 500;

class Playback {
  walking = $state(false);
  playing = $derived(this.walking || (app.following && app.canReplay && (app.snapshot?.playing ?? false)));
  private timer: ReturnType<typeof setInterval> | undefined;

  toggle(): void {
    if (this.playing) this.pause();
    else if (app.following && app.canReplay) void this.resume();
    else this.walk();
  }

  private pause(): void {
    if (this.walking) this.stop();
    else void app.steer({ action: 'pause' });
  }

  private async resume(): Promise<void> {
    if (app.now >= app.until && app.mission) await app.steer({ action: 'seek', at: app.mission.span.from });
    await app.steer({ action: 'play' });
  }

  private walk(): void {
    if (app.cursor >= app.now) app.show(app.from);
    this.walking = true;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.timer = setInterval(() => {
      app.show(app.cursor + (calm ? HOUR_MS : STEP_MS));
      if (app.following) this.stop();
    }, calm ? CALM_EVERY_MS : EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.walking = false;
  }

  async restart(): Promise<void> {
    if (!app.mission) return;
    this.stop();
    app.show(app.now);
    await app.steer({ action: 'seek', at: app.mission.span.from });
    await app.steer({ action: 'play' });
  }
}

export const playback = new Playback();
