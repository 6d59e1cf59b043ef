import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { licences } from './tools/licences.mjs';
import { offline } from './tools/offline.mjs';

// Every asset is a file of its own under /assets: the page's content policy allows no data: fonts and no inline script.
export default defineConfig({
  plugins: [svelte(), licences(), offline()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: ['index.html', 'verify.html'],
      output: {
        // The map's worker comes as .mjs; every server knows the type of .js.
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith('.mjs')) ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
