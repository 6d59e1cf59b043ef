// The words of the check. Reading them inside a component makes the component follow the chosen language.
import { type Values, fill, lang } from '../../i18n/index.svelte';
import type { Lang, PluralForms } from '../../i18n/types';
import type { Fault, Note } from '../refused';
import { enWords } from './en';
import { fr } from './fr';
import { ru } from './ru';
import type { Key, PluralKey, Words } from './types';
import { uk } from './uk';

const ALL: Record<Lang, Words> = { en: enWords, uk, ru, fr };

export const t = (key: Key, values: Values = {}): string => fill(ALL[lang()].texts[key], values);

export function count(key: PluralKey, n: number): string {
  const forms: PluralForms & Partial<Record<Intl.LDMLPluralRule, string>> = ALL[lang()].plurals[key];
  return fill(forms[new Intl.PluralRules(lang()).select(n)] ?? forms.other, { n: new Intl.NumberFormat(lang()).format(n) });
}

/** What is wrong, without the file's path. */
export const faultText = ({ key, values }: Pick<Fault, 'key' | 'values'>, code: Lang = lang()): string => fill(ALL[code].faults[key], values);

export const noteText = ({ key, values }: Note, code: Lang = lang()): string => fill(ALL[code].notes[key], values);
