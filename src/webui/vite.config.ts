// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the application itself and hands everything else to a daemon on this machine.
const daemon = 'http://127.0.0.1:8080';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2019', // television browsers of 2020 and later
    cssTarget: 'chrome69',
    modulePreload: { polyfill: false }, // would be an inline script on some setups; preloading is only an optimisation
    assetsInlineLimit: 0, // data: URLs would need a wider content security policy
    chunkSizeWarningLimit: 700, // hls.js, loaded only when a picture is wanted
  },
  server: {
    proxy: {
      '/api': daemon,
      '/live': daemon,
      '/ws': { target: daemon, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
