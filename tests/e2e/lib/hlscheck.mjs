// SPDX-License-Identifier: MIT
// Runs the conformance checker; its exit status and what it says.
import { spawn } from 'node:child_process';
import { binary } from './daemon.mjs';

export function hlscheck(...args) {
  const child = spawn(binary, ['hlscheck', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, output, errors })));
}
