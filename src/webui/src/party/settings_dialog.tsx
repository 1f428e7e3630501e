// SPDX-License-Identifier: MIT
import type { Control, Party, PartyState } from '../features/party/party';
import { useFault } from '../features/use_fault';
import { Modal } from '../look/modal';
import { strings } from '../strings';
import { localTime } from './local_time';

const controls: readonly Control[] = ['host', 'co_hosts', 'everyone', 'vote', 'timer'];

// Each change goes out at once; what is shown is what the party says.
export function SettingsDialog({ open, party, state, onClose }: { open: boolean; party: Party; state: PartyState; onClose: () => void }) {
  const words = strings.party;
  const { fault, follow } = useFault();
  const ask = (command: string, body?: unknown) => follow(party.ask(command, body));
  const change = (what: Partial<Record<keyof PartyState, unknown>>) => ask('change', what);
  return (
    <Modal open={open} title={words.settings} class="party-settings" onClose={onClose}>
      <h2>{words.settings}</h2>
      <label class="field">
        <span>{words.name}</span>
        <input type="text" value={state.title} maxLength={80} data-testid="party-name" onChange={(event) => change({ title: event.currentTarget.value.trim() })} />
      </label>
      <label class="field">
        <span>{words.control}</span>
        <select value={state.control} data-testid="party-control-choice" onChange={(event) => change({ control: event.currentTarget.value })}>
          {controls.map((control) => (
            <option key={control} value={control}>
              {words.controls[control]}
            </option>
          ))}
        </select>
      </label>
      {state.starts_at !== null && (
        <label class="field">
          <span>{words.startsAt}</span>
          <input type="datetime-local" value={localTime(state.starts_at)} data-testid="party-starts-at" onChange={(event) => {
            const at = Date.parse(event.currentTarget.value);
            if (Number.isFinite(at)) change({ starts_at: at });
          }} />
        </label>
      )}
      <label class="check">
        <input type="checkbox" checked={state.waiting_room} data-testid="party-waiting-room" onChange={(event) => change({ waiting_room: event.currentTarget.checked })} />
        {words.waitingRoom}
      </label>
      <label class="check">
        <input type="checkbox" checked={state.locked} data-testid="party-locked" onChange={(event) => change({ locked: event.currentTarget.checked })} />
        {words.locked}
      </label>
      <label class="check">
        <input type="checkbox" checked={state.keeps_chat} data-testid="party-keeps-chat" onChange={(event) => change({ keeps_chat: event.currentTarget.checked })} />
        {words.keepsChat}
      </label>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
      <button type="button" class="button button-danger button-wide" data-testid="party-end" onClick={() => ask('end')}>
        {words.end}
      </button>
    </Modal>
  );
}
