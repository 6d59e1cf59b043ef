import type { en, enPlurals } from './en';

export type Key = keyof typeof en;
export type PluralKey = keyof typeof enPlurals;

export interface PluralForms {
  one: string;
  other: string;
}

/** Ukrainian and Russian count with two more forms. */
export interface SlavicForms extends PluralForms {
  few: string;
  many: string;
}

export interface Texts<Forms extends PluralForms = PluralForms> {
  texts: Record<Key, string>;
  plurals: Record<PluralKey, Forms>;
}

export type Lang = 'en' | 'uk' | 'ru' | 'fr';
