// One label for anything the search looks at.
import { word } from '../i18n/index.svelte';
import { en } from '../i18n/en';

/** The reader's word for a class or a modality. */
export const label = (name: string): string => word(Object.hasOwn(en, `modality_${name}`) ? 'modality' : 'class', name);
