// SPDX-License-Identifier: MIT
import { strings } from '../strings';
import { bitRateText, sparkPoints, type Standing } from './lines';

// A shape of its own for each, so that colour is never all that tells.
const shapes: Record<Standing, string> = {
  critical: 'M8 2.500h8L21.500 8v8L16 21.500H8L2.500 16V8zM12 7v6M12 16.500v.01',
  warning: 'M12 3.500L22 20.500H2zM12 10v5M12 17.700v.01',
  notice: 'M12 21.500a9.500 9.500 0 1 0 0-19 9.500 9.500 0 0 0 0 19zM12 11v6M12 7.300v.01',
  well: 'M5 12.500l4.500 4.500L19 7.500',
};

export function StandingMark({ standing }: { standing: Standing }) {
  return (
    <svg class={`standing-mark standing-${standing}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[standing]} />
    </svg>
  );
}

const width = 120;
const height = 30;

export function Sparkline({ values }: { values: readonly number[] }) {
  const points = sparkPoints(values, width, height);
  const line = points.map(([x, y]) => `${x},${y}`).join(' ');
  const first = points[0];
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={strings.monitor.bitRateTrend(bitRateText(values[values.length - 1] ?? 0))}
    >
      {first && <polygon class="spark-area" points={`${first[0]},${height} ${line} ${width},${height}`} />}
      {first && <polyline class="spark-line" points={line} vector-effect="non-scaling-stroke" />}
    </svg>
  );
}

export function HealthBar({ health, running }: { health: number; running: boolean }) {
  const level = !running ? 'off' : health >= 100 ? 'good' : health > 0 ? 'fair' : 'bad';
  return (
    <span class={`health health-${level}`} role="img" aria-label={strings.monitor.health(health)}>
      <span class="health-track">
        {/* Styled by a class: the content security policy forbids style attributes. */}
        <span class={`health-fill fill-${Math.round(Math.max(0, Math.min(100, health)) / 10)}`} />
      </span>
      <span class="health-value" aria-hidden="true">
        {running ? health : '–'}
      </span>
    </span>
  );
}
