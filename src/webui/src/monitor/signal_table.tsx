// SPDX-License-Identifier: MIT
import { strings } from '../strings';
import { sinceText } from './channel_line';
import { StandingMark } from './marks';
import type { Signal, SignalCheck } from './monitored';

const words = strings.monitor;

function CheckRow({ check, now }: { check: SignalCheck; now: number }) {
  const [number, name] = words.checks[check.check] ?? ['', check.check];
  const standing = check.inAlarm ? (check.priority === 1 ? 'warning' : 'notice') : 'well';
  return (
    <tr class={check.inAlarm ? `is-alarm alarm-${standing}` : check.errors > 0 ? 'is-seen' : ''} data-check={check.check}>
      <th scope="row">
        <span class="check-number">{number}</span> {name}
      </th>
      <td class="check-status">
        <StandingMark standing={standing} />
        {check.inAlarm ? words.detail.failing : check.errors > 0 ? words.detail.seen : words.detail.ok}
      </td>
      <td class="figure">{check.errors.toLocaleString()}</td>
      <td class="figure">{check.latest === null ? words.never : check.inAlarm ? words.now : words.ago(sinceText(check.latest, now))}</td>
    </tr>
  );
}

export function SignalTable({ signal, now }: { signal: Signal; now: number }) {
  const detail = words.detail;
  const priorities = [1, 2].map((priority) => ({ priority, checks: signal.checks.filter((check) => check.priority === priority) }));
  const figures: readonly (readonly [string, string, boolean])[] = [
    [detail.rtpLost, signal.rtpLost.toLocaleString(), signal.rtpLost > 0],
    [detail.rtpReordered, signal.rtpReordered.toLocaleString(), false],
    [detail.rtpDuplicates, signal.rtpDuplicates.toLocaleString(), false],
    [detail.jitter, words.milliseconds(signal.jitterMs), false],
    [detail.delayFactor, words.milliseconds(signal.delayFactorMs), false],
    [detail.mediaLossRate, words.perSecond(signal.mediaLossRate), signal.mediaLossRate > 0],
    [detail.kernelDrops, signal.kernelDrops.toLocaleString(), signal.kernelDrops > 0],
    [detail.nullShare, words.percent(signal.nullShare), false],
    [detail.scrambledShare, words.percent(signal.scrambledShare), signal.scrambledShare > 0],
  ];
  return (
    <>
      <h4 title={detail.checksHint}>{detail.checks}</h4>
      <table class="checks" data-testid="monitor-checks">
        <thead>
          <tr>
            <th scope="col">{detail.check}</th>
            <th scope="col">{detail.status}</th>
            <th scope="col" class="figure">
              {detail.errors}
            </th>
            <th scope="col" class="figure">
              {detail.latest}
            </th>
          </tr>
        </thead>
        {priorities.map(({ priority, checks }) => (
          <tbody key={priority}>
            <tr class="check-priority">
              <th scope="rowgroup" colSpan={4}>
                {detail.priority(priority)}
              </th>
            </tr>
            {checks.map((check) => (
              <CheckRow key={check.check} check={check} now={now} />
            ))}
          </tbody>
        ))}
      </table>
      <h4>{detail.network}</h4>
      <dl class="figures">
        {figures.map(([name, value, bad]) => (
          <div key={name} class={bad ? 'is-bad' : ''}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
