// One label for anything the search looks at.
import { word } from '../i18n/index.svelte';
import { isModality } from '../i18n/names';

/** The reader's word for an event class or a modality. */
export const label = (name: string): string => word(isModality(name) ? 'modality' : 'event', name);
