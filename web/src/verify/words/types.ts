import type { PluralForms } from '../../i18n/types';
import type { en, enFaults, enNotes, enPlurals } from './en';

export type Key = keyof typeof en;
export type FaultKey = keyof typeof enFaults;
export type NoteKey = keyof typeof enNotes;
export type PluralKey = keyof typeof enPlurals;

export interface Words<Forms extends PluralForms = PluralForms> {
  texts: Record<Key, string>;
  /** Said after the path of a file and a colon; in English exactly what the program says. */
  faults: Record<FaultKey, string>;
  notes: Record<NoteKey, string>;
  plurals: Record<PluralKey, Forms>;
}
