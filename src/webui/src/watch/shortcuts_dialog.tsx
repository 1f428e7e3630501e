// SPDX-License-Identifier: MIT
import { Modal } from '../look/modal';
import { strings } from '../strings';

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} title={strings.shortcuts.title} class="shortcuts" onClose={onClose}>
      <h2>{strings.shortcuts.title}</h2>
      <dl class="shortcut-rows">
        {strings.shortcuts.rows.map(([keys, action]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
