// `package.json`: what a package says that it holds, and `bag-info.txt`, which follows from it.
import { oneLine } from './bytes';
import { type Json, JsonNumber, JsonObject, readJson } from './json';

const MAX_U32 = 2n ** 32n - 1n;
const MAX_U64 = 2n ** 64n - 1n;

export interface CaptureRecord {
  sha256: string;
  name: string;
  isIncluded: boolean;
}

export interface Description {
  madeBy: string;
  mission: string;
  day: string;
  from: string;
  until: string;
  incident: string | null;
  exportedAt: string;
  marking: string;
  result: string;
  earlier: string[];
  isLogged: boolean;
  captures: CaptureRecord[];
}

class Unfit extends Error {}

/** Null for what is not such a description: a field is missing, of another type, or stands twice. */
export function readDescription(bytes: Uint8Array | null): Description | null {
  const value = bytes ? readJson(bytes) : undefined;
  try {
    return value === undefined ? null : describe(new Fields(value));
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
}

function describe(fields: Fields): Description {
  fields.whole('form', MAX_U32);
  fields.flag('derived_again');
  for (const one of fields.list('external').map((value) => new Fields(value))) [one.text('named'), one.text('file')];
  return {
    madeBy: fields.text('made_by'), mission: fields.text('mission'), day: fields.text('day'), from: fields.text('from'), until: fields.text('until'),
    incident: fields.optional('incident'), exportedAt: fields.text('exported_at'), marking: fields.text('marking'), result: fields.text('result'),
    earlier: fields.list('earlier').map(asText), isLogged: fields.flag('is_logged'), captures: fields.list('captures').map(capture),
  };
}

function capture(value: Json): CaptureRecord {
  const fields = new Fields(value);
  for (const name of ['source', 'owner']) fields.text(name);
  for (const name of ['party', 'kind', 'time_zone']) fields.optional(name);
  fields.whole('bytes', MAX_U64);
  return { sha256: fields.text('sha256'), name: fields.text('name'), isIncluded: fields.flag('is_included', false) };
}

function asText(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Unfit();
  return value;
}

class Fields {
  private readonly object: JsonObject;

  constructor(value: Json) {
    if (!(value instanceof JsonObject)) throw new Unfit();
    this.object = value;
  }

  private get(name: string): Json | undefined {
    if (this.object.repeated.has(name)) throw new Unfit();
    return this.object.fields.get(name);
  }

  text(name: string): string {
    return asText(this.get(name));
  }

  optional(name: string): string | null {
    const value = this.get(name);
    return value === undefined || value === null ? null : asText(value);
  }

  list(name: string): Json[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw new Unfit();
    return value;
  }

  flag(name: string, otherwise?: boolean): boolean {
    const value = this.get(name) ?? (this.object.fields.has(name) ? undefined : otherwise);
    if (typeof value !== 'boolean') throw new Unfit();
    return value;
  }

  whole(name: string, max: bigint): void {
    const value = this.get(name);
    if (!(value instanceof JsonNumber) || value.whole(max) === null) throw new Unfit();
  }
}

export const withheldOf = (description: Description): CaptureRecord[] => description.captures.filter(({ isIncluded }) => !isIncluded);

export function bagInfo(description: Description, oxum: string): string {
  const { mission, exportedAt, madeBy, day, incident, marking } = description;
  return [
    `Source-Organization: ${oneLine(mission)}`,
    `Bagging-Date: ${exportedAt.length < 10 ? '' : exportedAt.slice(0, 10)}`,
    `Bag-Software-Agent: ${madeBy}`,
    `External-Identifier: ${oneLine(day)}`,
    'External-Description: Evidence package: one day of a mission with its result, captures, mission files and proofs',
    `Internal-Sender-Identifier: ${incident === null ? 'whole day' : oneLine(incident)}`,
    `Payload-Oxum: ${oxum}`,
    `Truceline-Marking: ${marking}`,
    `Truceline-Withheld-Captures: ${withheldOf(description).length}`,
  ].map((line) => `${line}\n`).join('');
}
