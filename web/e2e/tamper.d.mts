import type { PackageFiles } from './sample.mjs';
export const tamperings: Record<string, (files: PackageFiles) => PackageFiles>;
export const unseen: Record<string, (files: PackageFiles) => PackageFiles>;
