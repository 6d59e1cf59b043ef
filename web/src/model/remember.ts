// The reader's choices, kept in this browser only. Where storage is forbidden the page works without memory.

export function load(name: string): string | null {
  try {
    return localStorage.getItem(`truceline.${name}`);
  } catch {
    return null;
  }
}

export function save(name: string, value: string): void {
  try {
    localStorage.setItem(`truceline.${name}`, value);
  } catch {
    // A private window may refuse; the choice then lasts as long as the page.
  }
}
