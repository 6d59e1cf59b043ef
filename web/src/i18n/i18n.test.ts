import { describe, expect, it } from 'vitest';
import { en, enPlurals } from './en';
import { fr } from './fr';
import { countIn, fill } from './index.svelte';
import { nameIn } from './names';
import { ru } from './ru';
import { uk } from './uk';

const others = { uk, ru, fr };
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('every language', () => {
  it.each(Object.entries(others))('%s fills the same holes as English and leaves nothing empty', (_, { texts, plurals }) => {
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe('');
      expect(holes(text), key).toEqual(holes(en[key as keyof typeof en]));
    }
    for (const forms of Object.values(plurals)) for (const form of Object.values(forms)) expect(holes(String(form))).toEqual(['n']);
    expect(Object.keys(plurals)).toEqual(Object.keys(enPlurals));
  });

  it.each([
    ['en', en, /violat|enem|target|breach|attack/i],
    ['uk', uk.texts, /поруш|ворог|ворож|ціль(?!н)/i],
    ['ru', ru.texts, /наруш|враг|враж|цель(?!н)/i],
    ['fr', fr.texts, /violat|ennemi|cible|infraction/i],
  ])('%s accuses nobody', (_, texts, forbidden) => {
    for (const text of Object.values(texts)) expect(text).not.toMatch(forbidden);
  });

  it.each([['uk', uk.texts], ['ru', ru.texts]])('%s is written in its own script', (_, texts) => {
    const latin = Object.entries(texts).filter(([key, text]) => /^[\x20-\x7e]+$/.test(text) && key !== 'utc');
    expect(latin).toEqual([]);
  });
});

describe('plurals', () => {
  it('follow the language', () => {
    expect([1, 2, 5, 21].map((n) => countIn('uk', 'n_rounds', n))).toEqual(['1 постріл', '2 постріли', '5 пострілів', '21 постріл']);
    expect([1, 3, 11].map((n) => countIn('ru', 'n_findings', n))).toEqual(['1 вывод', '3 вывода', '11 выводов']);
    expect([0, 1, 2].map((n) => countIn('fr', 'n_incidents', n))).toEqual(['0 incident', '1 incident', '2 incidents']);
  });
});

describe('names', () => {
  it('are translated where known', () => expect(nameIn('uk', 'event', 'shelling')).toBe('Обстріл'));
  it('are shown plainly where not', () => expect(nameIn('fr', 'event', 'odd_new_thing')).toBe('Odd new thing'));
  it('tell an event from a modality', () => expect(nameIn('en', 'modality', 'radiation')).toBe('Radiation monitor'));
});

describe('fill', () => {
  it('leaves a hole nobody filled visible', () => expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}'));
});
