// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { fetchProfile, type Profile } from '../../account/account_api';
import { strings } from '../../strings';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

// The picture of an account and since when there is one; guests have neither.
export function UserProfile({ id }: { id: string }) {
  const [profile, setProfile] = useState<Profile | null>(null);
  useEffect(() => {
    if (!id.startsWith('account:')) return;
    let present = true;
    void fetchProfile(id).then((answer) => present && answer.ok && setProfile(answer.value));
    return () => {
      present = false;
    };
  }, [id]);
  if (!id.startsWith('account:')) return <p class="user-card-since">{strings.chat.guestCard}</p>;
  return (
    <p class="user-card-since" data-testid="user-since">
      {profile?.picture && <img class="avatar user-card-picture" src={profile.picture} alt="" width={56} height={56} />}
      {profile?.since != null && <span>{strings.chat.since(day.format(profile.since))}</span>}
    </p>
  );
}
