export type PackageFiles = Map<string, Uint8Array<ArrayBuffer>>;
export function root(entries: Uint8Array[]): Uint8Array<ArrayBuffer>;
export function path(m: number, entries: Uint8Array[]): Uint8Array<ArrayBuffer>[];
export function newKey(name: string): { vkey: string; note: (text: string) => string };
export function list(files: Iterable<[string, Uint8Array]>): string;
export function withNewLists(files: PackageFiles): PackageFiles;
export function withNewManifests(files: PackageFiles): PackageFiles;
export function makePackage(options?: { isLogged?: boolean; isWithheld?: boolean; extra?: number }): { files: PackageFiles; vkey: string };
