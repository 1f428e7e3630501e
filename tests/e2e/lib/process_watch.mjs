// SPDX-License-Identifier: MIT
// What a process holds, as the kernel tells it.
import fs from 'node:fs';

// Descriptors by kind, threads, and resident memory in KB (`shared`: of it, memory files).
export function held(pid) {
  const descriptors = { memory: 0, sockets: 0, others: 0 };
  for (const name of fs.readdirSync(`/proc/${pid}/fd`)) {
    let target;
    try {
      target = fs.readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      continue; // closed meanwhile
    }
    if (target.startsWith('/memfd:')) descriptors.memory += 1;
    else if (target.startsWith('socket:')) descriptors.sockets += 1;
    else descriptors.others += 1;
  }
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { descriptors, threads: kilobytes('Threads'), resident: kilobytes('VmRSS'), shared: kilobytes('RssShmem') };
}
