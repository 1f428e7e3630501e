// SPDX-License-Identifier: MIT
import { monogram, tone } from '../channels/monogram';
import { shrink } from '../look/shrink';
import type { User } from '../socket/protocol';
import { strings } from '../strings';
import { fetchPicture, putPicture, removePicture } from './account_api';
import { useAsked } from './use_asked';

const side = 256;

export function PictureForm({ user }: { readonly user: User }) {
  const { value: address, fault, act } = useAsked(() => fetchPicture(user.id), user.id);
  const words = strings.account;
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    const picture = await shrink(file, side, 'middle', 'image/jpeg');
    input.value = '';
    await act(putPicture(picture));
  };
  return (
    <section class="settings-part settings-picture" data-testid="settings-picture">
      {address === null ? (
        <span class={`avatar ${tone(user.id)}`} aria-hidden="true">
          {monogram(user.name)}
        </span>
      ) : (
        <img class="avatar" src={address} alt={words.picture} width={64} height={64} data-testid="account-picture" />
      )}
      <label class="field">
        <span>{words.picture}</span>
        <input type="file" accept="image/png,image/jpeg,image/webp,image/gif" data-testid="picture-file" onChange={(event) => void choose(event.currentTarget)} />
      </label>
      {address !== null && (
        <button type="button" class="button" onClick={() => void act(removePicture())}>
          {words.removePicture}
        </button>
      )}
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
