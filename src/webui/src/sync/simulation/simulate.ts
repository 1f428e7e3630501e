import { ours } from './ours';
import { networks, anyNetwork } from './network';
import { spend, type Outcome } from './world';
import { jellyfin } from './jellyfin';
import { syncplay } from './syncplay';
import { watchparty } from './watchparty';
import { openTogetherTube } from './opentogethertube';
const t0 = Date.now();
const line = (n: string, o: Outcome) => console.log(n.padEnd(28), [50,95,99].map((p) => String(o.apart.percentile(p)).padStart(6)).join(''), ' seeks/h', o.seeksPerHour.toFixed(1), 'rates/min', o.rateChangesPerMinute.toFixed(2), 'fast', o.fastest.toFixed(2), 'halts/h', o.haltsPerHour.toFixed(1), o.haltedSecondsPerHour.toFixed(0)+'s', 'turns', o.mostTurnsInAMinute, 'astray', o.longestAstray);
for (const n of Object.values(networks)) {
  const run = <M>(s: import('./system').System<M>) => line(n.name + ' ' + s.name, spend(s, { seed: 1, members: 8, minutes: 60, network: () => n, pressEveryMs: 60000, cutEveryMs: 600000 }));
  run(ours()); run(jellyfin); run(syncplay); run(watchparty); run(openTogetherTube);
}
console.log(Date.now() - t0);
line('acceptance', spend(ours(), { seed: 1, members: 50, minutes: 30, network: (_, r) => anyNetwork(r), pressEveryMs: 60000, cutEveryMs: 600000 }));
console.log(Date.now() - t0);
