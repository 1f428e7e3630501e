// SPDX-License-Identifier: MIT
import { ChannelList } from '../channels/channel_list';
import { Modal } from '../look/modal';
import { strings } from '../strings';

export function ChannelDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} title={strings.channels.heading} class="drawer" onClose={onClose}>
      <ChannelList testIds={false} onPicked={onClose} />
    </Modal>
  );
}
