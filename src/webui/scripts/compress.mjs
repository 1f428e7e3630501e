// SPDX-License-Identifier: MIT
// Writes a .gz beside every text file of the build, so that the daemon never compresses while serving.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../dist', import.meta.url));
const textTypes = new Set(['.css', '.html', '.js', '.json', '.svg', '.webmanifest']);

function compressFolder(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      compressFolder(path);
      continue;
    }
    if (!textTypes.has(extname(name))) continue;
    const plain = readFileSync(path);
    const packed = gzipSync(plain, { level: 9 });
    if (packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
  }
}

compressFolder(root);
