// JSON (RFC 8259), read strictly. The browser's own reader passes over what a careful one must see: a name that stands
// twice, half a surrogate pair. Two readers that disagree about one text are how evidence is bent.
import { textOf } from './bytes';

export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject;

export class JsonNumber {
  constructor(readonly text: string) {}

  /** The value where it is a whole number from 0 up to `max`. */
  whole(max: bigint): bigint | null {
    return /^(0|[1-9]\d*)$/.test(this.text) && BigInt(this.text) <= max ? BigInt(this.text) : null;
  }
}

export class JsonObject {
  readonly fields = new Map<string, Json>();
  /** Names that stand more than once; the last value counts. */
  readonly repeated = new Set<string>();

  text(name: string): string {
    const value = this.fields.get(name);
    return typeof value === 'string' ? value : '';
  }

  list(name: string): Json[] {
    const value = this.fields.get(name);
    return Array.isArray(value) ? value : [];
  }
}

const MAX_DEPTH = 127;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANK = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The value of a text, or undefined where it is no JSON. */
export function readJson(bytes: Uint8Array): Json | undefined {
  const text = textOf(bytes);
  if (text === null) return undefined;
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

class NoJson extends Error {}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value(0);
    this.match(BLANK);
    if (this.at !== this.text.length) throw new NoJson();
    return value;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private next(): string {
    this.match(BLANK);
    return this.text[this.at] ?? '';
  }

  private expect(character: string): void {
    if (this.next() !== character) throw new NoJson();
    this.at += 1;
  }

  private value(depth: number): Json {
    const first = this.next();
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (depth >= MAX_DEPTH) throw new NoJson();
      return first === '{' ? this.object(depth + 1) : this.list(depth + 1);
    }
    for (const [word, value] of [['true', true], ['false', false], ['null', null]] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    const number = this.match(NUMBER);
    if (number === '' || !Number.isFinite(Number(number))) throw new NoJson();
    return new JsonNumber(number);
  }

  private object(depth: number): JsonObject {
    const object = new JsonObject();
    this.expect('{');
    if (this.next() !== '}') {
      do {
        if (this.next() !== '"') throw new NoJson();
        const name = this.string();
        this.expect(':');
        if (object.fields.has(name)) object.repeated.add(name);
        object.fields.set(name, this.value(depth));
      } while (this.comma());
    }
    this.expect('}');
    return object;
  }

  private list(depth: number): Json[] {
    const list: Json[] = [];
    this.expect('[');
    if (this.next() !== ']') {
      do list.push(this.value(depth));
      while (this.comma());
    }
    this.expect(']');
    return list;
  }

  private comma(): boolean {
    if (this.next() !== ',') return false;
    this.at += 1;
    return true;
  }

  private string(): string {
    this.at += 1;
    let text = this.match(PLAIN);
    while (this.text[this.at] === '\\') text += this.escape() + this.match(PLAIN);
    if (this.text[this.at] !== '"') throw new NoJson();
    this.at += 1;
    return text;
  }

  private escape(): string {
    const kind = this.text[this.at + 1] ?? '';
    if (kind !== 'u') {
      const plain = ESCAPES[kind];
      if (plain === undefined) throw new NoJson();
      this.at += 2;
      return plain;
    }
    const first = this.unit();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    const second = this.text.startsWith('\\u', this.at) ? this.unit() : 0;
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) throw new NoJson();
    return String.fromCharCode(first, second);
  }

  private unit(): number {
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NoJson();
    this.at += 6;
    return Number.parseInt(digits, 16);
  }
}
