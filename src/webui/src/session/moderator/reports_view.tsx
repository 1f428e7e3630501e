// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { FoundMessage } from '../../features/chat/found_message';
import type { Message } from '../../features/chat/message_list';
import type { Report } from '../../features/moderation/moderation';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { fetchReported } from './reported';

const words = strings.moderation;

// What was said, where the room knows it; else what the reporter makes of it.
function Said({ room, report }: { room: string; report: Report }) {
  const [found, setFound] = useState<Message | null>(null);
  const { user, message } = report;
  useEffect(() => {
    let present = true;
    void fetchReported(room, { user, message }).then((said) => present && setFound(said));
    return () => {
      present = false;
    };
  }, [room, user, message]);
  if (found) {
    return (
      <ul class="reported">
        <FoundMessage room={room} message={found} />
      </ul>
    );
  }
  return (
    <div class="queue-text" dir="auto">
      {report.text}
      {report.kind === 'report' && report.text !== '' && <span class="reported-claim">{words.asReported}</span>}
    </div>
  );
}

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
          <Said room={room.name} report={report} />
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
