// SPDX-License-Identifier: MIT
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';

const words = strings.moderation;

export function ReportsView({ room, run }: { room: OpenRoom; run: (work: Promise<unknown>) => void }) {
  const { moderation } = room.features;
  const reports = moderation.reports.value;
  return (
    <div class="reports" data-testid="moderation-reports">
      {reports.length === 0 && <p class="moderator-hint">{words.noReports}</p>}
      {reports.map((report) => (
        <div key={report.id} class="queue-item">
          <div class="queue-head">
            <strong>{report.kind === 'appeal' ? words.appealed(report.byName) : words.reported(report.byName, report.name || report.user)}</strong>
            {report.reason !== '' && <span class="queue-reason">{report.reason}</span>}
          </div>
          <div class="queue-text" dir="auto">
            {report.text}
          </div>
          <div class="queue-buttons">
            <button type="button" class="queue-button is-accent" onClick={() => run(moderation.resolve(report.id, true))}>
              {words.uphold}
            </button>
            <button type="button" class="queue-button" onClick={() => run(moderation.resolve(report.id, false))}>
              {words.dismiss}
            </button>
            {report.kind === 'appeal' ? (
              <button type="button" class="queue-button" onClick={() => run(moderation.lift(report.user).then(() => moderation.resolve(report.id, true)))}>
                {words.lift}
              </button>
            ) : (
              <>
                <button type="button" class="queue-button" onClick={() => run(moderation.impose('timeout', report.user, report.name))}>
                  {words.timeoutShort}
                </button>
                <button type="button" class="queue-button" onClick={() => run(moderation.impose('ban', report.user, report.name))}>
                  {words.ban}
                </button>
              </>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}
