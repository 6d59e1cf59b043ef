// What can be wrong, as data: the words stand in words/, so that a fault is said in the reader's language.
import type { FaultKey, NoteKey } from './words/types';

export type Values = Record<string, string>;

/** Something wrong with a file of the package; `at` is its path. */
export interface Fault {
  at: string;
  key: FaultKey;
  values: Values;
}

/** Something that a reader should know and that is no fault. */
export interface Note {
  key: NoteKey;
  values: Values;
}

/** Thrown where a text is not what it should be; becomes the fault of the file that it stands in. */
export class Refused extends Error {
  constructor(
    readonly key: FaultKey,
    readonly values: Values = {},
  ) {
    super(key);
  }
}
