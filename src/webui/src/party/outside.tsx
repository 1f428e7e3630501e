// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { Card } from '../look/card';
import { Link } from '../look/link';
import type { Refusal } from '../socket/protocol';
import { strings } from '../strings';

const toWatch = { page: 'watch', channel: null, at: null } as const;
const toCode = { page: 'party', channel: null, at: null } as const;

function WaysOut() {
  return (
    <>
      <Link class="button" to={toCode}>
        {strings.party.otherCode}
      </Link>
      <Link class="button" to={toWatch}>
        {strings.party.alone}
      </Link>
    </>
  );
}

// In the viewer's language, as far as the refusal tells.
function outHint({ code, message }: Refusal, invited: boolean): string {
  const words = strings.party;
  if (code === 'not_found') return words.outStale;
  if (code === 'forbidden') return invited ? words.outClosed : words.outUninvited;
  return strings.refusal(code, message);
}

// Why one is not in the party; null: one is.
export function Outside() {
  const { session, party, router } = useApp();
  const words = strings.party;
  const refusal = session.refusal.value;
  const state = party.value?.state.value;
  if (session.expelled.value && !state?.ended) return <Card testId="party-expelled" title={words.expelledTitle} hint={words.expelledHint}><WaysOut /></Card>;
  if (state?.ended) return <Card testId="party-over" title={words.overTitle} hint={words.overHint}><WaysOut /></Card>;
  if (refusal?.code === 'forbidden' && refusal.retryAfterMs !== null) {
    return <Card testId="party-waiting" busy title={words.waitingTitle} hint={words.waitingHint}><WaysOut /></Card>;
  }
  if (refusal && refusal.retryAfterMs === null) {
    return <Card testId="party-refused" title={words.outTitle} hint={outHint(refusal, router.route.value.invite != null)}><WaysOut /></Card>;
  }
  return state ? null : <Card testId="party-coming" busy title={words.heading} hint="" />;
}
