// The reader's side: the folder and keys that were given, how far the check is, and what it found.
import { isLang, setLang } from '../i18n/index.svelte';
import { load, save } from '../model/remember';
import { isBag } from './bag';
import { trimmed } from './bytes';
import { type Verdicts, verifyPackage } from './check';
import { type Progress, Unreadable } from './files';
import { type VerifierKey, parseKey } from './keys';
import { type Fault, Refused } from './refused';
import type { Folder } from './take';

export type Theme = 'auto' | 'light' | 'dark';

export type Trouble = { key: 'no_package' | 'drop_failed' | 'stopped' } | { key: 'unreadable'; path: string; reason: string };

export interface KeyRefused {
  line: number;
  fault: Pick<Fault, 'key' | 'values'>;
}

class Reader {
  keyText = $state('');
  folder = $state.raw<Folder | null>(null);
  progress = $state.raw<Progress | null>(null);
  found = $state.raw<{ verdicts: Verdicts; at: Date } | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  keyRefused = $state.raw<KeyRefused | null>(null);
  theme = $state<Theme>('auto');
  private running: AbortController | null = null;

  start(): void {
    const theme = load('theme');
    this.setTheme(theme === 'light' || theme === 'dark' ? theme : 'auto');
    const wished = [load('lang'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
    setLang(wished.find(isLang) ?? 'en');
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    save('theme', theme);
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  fail(trouble: Trouble): void {
    this.stop();
    this.found = null;
    this.trouble = trouble;
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
    this.progress = null;
  }

  async check(folder: Folder | null = this.folder): Promise<void> {
    if (!folder) return;
    this.stop();
    [this.folder, this.found, this.trouble, this.keyRefused] = [folder, null, null, null];
    if (!isBag(folder.given.map(({ path }) => path))) return this.fail({ key: 'no_package' });
    const keys = this.keys();
    if (!keys) return;
    const run = new AbortController();
    this.running = run;
    const isMine = () => this.running === run;
    this.progress = { files: 0, n_files: folder.given.length, bytes: 0, n_bytes: 0 };
    try {
      const verdicts = await verifyPackage({ given: folder.given, keys, signal: run.signal, progress: (at) => isMine() && (this.progress = at) });
      if (isMine()) this.found = { verdicts, at: new Date() };
    } catch (error) {
      if (!isMine()) return;
      if (!(error instanceof Unreadable)) throw error;
      this.trouble = { key: 'unreadable', path: error.path, reason: error.message };
    } finally {
      if (isMine()) [this.running, this.progress] = [null, null];
    }
  }

  /** The keys that were put in, none if none were; null when one of them is no key, which is said beside the field. */
  private keys(): VerifierKey[] | null {
    const keys: VerifierKey[] = [];
    for (const [at, line] of this.keyText.split('\n').map(trimmed).entries()) {
      try {
        if (line !== '') keys.push(parseKey(line));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.keyRefused = { line: at + 1, fault: error };
        return null;
      }
    }
    return keys;
  }
}

export const reader = new Reader();
