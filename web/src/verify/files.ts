// The files of a package as they lie there, each with its digest.
import { byBytes, textOf } from './bytes';
import { digestOf } from './sha256';

/** A file that a person gave; `path` with `/`, below the package's folder. */
export interface Given {
  path: string;
  blob: Blob;
}

export interface Tag {
  digest: string;
  /** Null for what is no text. */
  text: string | null;
}

export interface Progress {
  n_files: number;
  files: number;
  n_bytes: number;
  bytes: number;
}

const TAG_MAX_BYTES = 64 * 1024 * 1024;
const EMPTY = new Uint8Array(0);

export class Unreadable extends Error {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

export class Files {
  /** Digest and size of every file under `data/`, in the order of their paths. */
  readonly payload = new Map<string, { digest: string; size: number }>();
  /** All others. */
  readonly tags = new Map<string, Tag>();
  private readonly blobs = new Map<string, Blob>();

  /** Digests every file, one after the other. */
  static async read(given: Given[], { progress, signal }: { progress?: ((at: Progress) => void) | undefined; signal?: AbortSignal | undefined } = {}): Promise<Files> {
    const files = new Files();
    const sorted = [...given].sort((a, b) => byBytes(a.path, b.path));
    const at = { files: 0, n_files: sorted.length, bytes: 0, n_bytes: sorted.reduce((sum, { blob }) => sum + blob.size, 0) };
    for (const { path, blob } of sorted) {
      const before = at.bytes;
      await reading(path, async () => {
        const digest = await digestOf(blob, { signal, progress: (bytes) => progress?.({ ...at, bytes: before + bytes }) });
        files.blobs.set(path, blob);
        if (path.startsWith('data/')) files.payload.set(path, { digest, size: blob.size });
        else files.tags.set(path, { digest, text: blob.size > TAG_MAX_BYTES ? null : textOf(new Uint8Array(await blob.arrayBuffer())) });
      });
      at.files += 1;
      at.bytes = before + blob.size;
    }
    progress?.(at);
    return files;
  }

  /** Digest of a payload file, by its path under `data/`. */
  digest(path: string): string | undefined {
    return this.payload.get(`data/${path}`)?.digest;
  }

  /** Paths and digests of the payload below a folder of `data/`. */
  under(folder: string): [path: string, digest: string][] {
    const prefix = `data/${folder}`;
    return [...this.payload].filter(([path]) => path.startsWith(prefix)).map(([path, { digest }]) => [path.slice(prefix.length), digest]);
  }

  /** The bytes of a payload file, or null where there is none. */
  async bytes(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const blob = this.blobs.get(`data/${path}`);
    return blob ? reading(`data/${path}`, async () => new Uint8Array(await blob.arrayBuffer())) : null;
  }

  async bytesOrNone(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.bytes(path)) ?? EMPTY;
  }
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreadable(path, error);
  }
}
