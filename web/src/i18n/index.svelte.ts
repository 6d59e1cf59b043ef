// The words of the page. Reading them inside a component makes the component follow the chosen language.
import { enTexts } from './en';
import { fr } from './fr';
import { nameIn, type NameKind } from './names';
import { ru } from './ru';
import type { Key, Lang, PluralKey, Texts } from './types';
import { uk } from './uk';

export const LANGS: readonly { code: Lang; short: string; name: string }[] = [
  { code: 'en', short: 'EN', name: 'English' },
  { code: 'uk', short: 'UK', name: 'Українська' },
  { code: 'ru', short: 'RU', name: 'Русский' },
  { code: 'fr', short: 'FR', name: 'Français' },
];

const ALL: Record<Lang, Texts> = { en: enTexts, uk, ru, fr };

export const isLang = (code: string | null | undefined): code is Lang => LANGS.some((lang) => lang.code === code);

let current = $state<Lang>('en');

export const lang = (): Lang => current;

export function setLang(next: Lang): void {
  current = next;
  document.documentElement.lang = next;
}

export type Values = Record<string, string | number>;

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const t = (key: Key, values: Values = {}): string => fill(ALL[current].texts[key], values);

export function count(key: PluralKey, n: number): string {
  return countIn(current, key, n);
}

/** Exported for the tests: the plural form a language asks for. */
export function countIn(code: Lang, key: PluralKey, n: number): string {
  const forms = ALL[code].plurals[key] as unknown as Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
  const form = forms[new Intl.PluralRules(code).select(n)] ?? forms.other;
  return fill(form, { n: new Intl.NumberFormat(code).format(n) });
}

export const word = (kind: NameKind, name: string): string => nameIn(current, kind, name);

export const units = (): { m: string; km: string } => ({ m: t('unit_m'), km: t('unit_km') });
