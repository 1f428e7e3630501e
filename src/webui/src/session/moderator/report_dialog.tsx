// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import type { Reported } from '../../features/chat/chat';
import { faultOf } from '../../features/fault_of';
import { Modal } from '../../look/modal';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';

const words = strings.moderation;

function ReportForm({ room, reported: { user, message } }: { room: OpenRoom; reported: Reported }) {
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const [sent, setSent] = useState(false);
  const send = () =>
    room.features.moderation.report(user.id, message, reason.trim()).then(
      () => {
        setSent(true);
        setTold(words.reportSent);
      },
      (fault: unknown) => setTold(words.failed(faultOf(fault))),
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2 class="dialog-title">
        <bdi>{user.name}</bdi>
      </h2>
      {message && (
        <blockquote class="remove-quote" dir="auto">
          {message.text}
        </blockquote>
      )}
      {!sent && (
        <>
          <label class="field">
            <span>{words.reportReason}</span>
            <input type="text" value={reason} maxLength={500} required={message === null} autofocus data-testid="report-reason" onInput={(event) => setReason(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button button-accent button-wide" data-testid="report-send">
            {words.report}
          </button>
        </>
      )}
      <p class={sent ? 'dialog-hint' : 'dialog-fault'} role="status">
        {told}
      </p>
    </form>
  );
}

// What somebody has against a message, or against a person, for the moderators.
export function ReportDialog({ room }: { room: OpenRoom }) {
  const { chat } = room.features;
  const reported = chat.reporting.value;
  return (
    <Modal open={reported !== null} title={words.report} class="report-dialog" onClose={() => (chat.reporting.value = null)}>
      {reported && <ReportForm room={room} reported={reported} />}
    </Modal>
  );
}
