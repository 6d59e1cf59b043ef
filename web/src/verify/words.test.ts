import { describe, expect, it } from 'vitest';
import { enWords } from './words/en';
import { fr } from './words/fr';
import { ru } from './words/ru';
import type { Words } from './words/types';
import { uk } from './words/uk';

const others: Record<string, Words> = { uk, ru, fr };
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
const flat = ({ texts, faults, notes }: Words): [string, string][] => Object.entries({ ...texts, ...faults, ...notes });

describe('the words of the check', () => {
  it.each(Object.entries(others))('%s fills the same holes as English and leaves nothing empty', (_, words) => {
    const english = new Map(flat(enWords));
    for (const [key, text] of flat(words)) {
      expect(text.trim(), key).not.toBe('');
      expect(holes(text), key).toEqual(holes(english.get(key) ?? ''));
    }
    expect(flat(words).length).toBe(english.size);
  });

  it.each([['en', enWords, /violat|enem|target|breach|attack/i], ['uk', uk, /поруш|ворог|ворож|ціль(?!н)/i], ['ru', ru, /наруш|враг|враж|цель(?!н)/i], ['fr', fr, /violat|ennemi|cible|infraction/i]] as const)(
    '%s accuses nobody', (_, words, forbidden) => {
      for (const [, text] of flat(words)) expect(text).not.toMatch(forbidden);
    });

  it('never opens a sentence of the program with a path of its own', () => {
    for (const [, text] of Object.entries(enWords.faults)) expect(text).not.toMatch(/^data\//);
  });
});
