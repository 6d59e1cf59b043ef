// How a folder comes in: chosen in a dialogue, or dropped. Files are only named here; they are read where they are digested.
import type { Given } from './files';

export interface Folder {
  name: string;
  given: Given[];
}

/** The folder that was chosen; the browser puts its name before every path. */
export function chosen(list: FileList): Folder {
  const files = [...list].map((blob) => ({ parts: blob.webkitRelativePath.split('/'), blob }));
  return { name: files[0]?.parts[0] ?? '', given: files.map(({ parts, blob }) => ({ path: parts.slice(1).join('/'), blob })) };
}

/** The folder that was dropped, or null where the browser hands over none. To be called while the drop is handled. */
export async function dropped(items: DataTransferItemList): Promise<Folder | null> {
  const all = [...items].filter(({ kind }) => kind === 'file');
  const entries = all.map((item) => item.webkitGetAsEntry());
  // A page that was opened from a file may not follow entries in some browsers, but handles.
  const handles = all.map((item) => ('getAsFileSystemHandle' in item ? (item.getAsFileSystemHandle as () => Promise<Handle | null>)().catch(() => null) : null));
  const [entry] = entries;
  if (entries.length !== 1 || !entry?.isDirectory) return null;
  try {
    return { name: entry.name, given: await walk(entry as FileSystemDirectoryEntry, '') };
  } catch (error) {
    const handle = await handles[0];
    if (handle?.kind !== 'directory') throw error;
    return { name: handle.name, given: await walkHandle(handle, '') };
  }
}

async function walk(folder: FileSystemDirectoryEntry, prefix: string): Promise<Given[]> {
  const reader = folder.createReader();
  const given: Given[] = [];
  // A reader hands over a part at a time, and an empty one at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return given;
    for (const entry of some) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory) given.push(...(await walk(entry as FileSystemDirectoryEntry, `${path}/`)));
      else given.push({ path, blob: await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)) });
    }
  }
}

/** What is used of the File System API, which the type library does not have as a whole yet. */
type Handle = { kind: 'file'; name: string; getFile: () => Promise<File> } | { kind: 'directory'; name: string; values: () => AsyncIterable<Handle> };

async function walkHandle(folder: Handle & { kind: 'directory' }, prefix: string): Promise<Given[]> {
  const given: Given[] = [];
  for await (const handle of folder.values()) {
    const path = `${prefix}${handle.name}`;
    if (handle.kind === 'directory') given.push(...(await walkHandle(handle, `${path}/`)));
    else given.push({ path, blob: await handle.getFile() });
  }
  return given;
}
