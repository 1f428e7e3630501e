-- So many ballots of one account: a few who change their votes all the time must not leave a poll without a place for others.
CREATE OR REPLACE FUNCTION poll_cast(p_room text, p_epoch text, p_offset bigint, p_account text, p_key text, p_option integer,
                          p_at timestamptz, p_new boolean, p_nonce text, p_most bigint,
                          OUT verdict text, OUT ballot bigint, OUT choice integer, OUT earlier bigint,
                          OUT earlier_choice integer, OUT secret text, OUT closes timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  asked poll%ROWTYPE;
BEGIN
  SELECT * INTO asked FROM poll WHERE room = p_room AND epoch = p_epoch AND event_offset = p_offset FOR UPDATE;
  IF NOT FOUND THEN
    verdict := 'unknown';
    RETURN;
  END IF;
  SELECT b.index, b.option, b.replaces, b.nonce INTO ballot, choice, earlier, secret
    FROM poll_ballot b WHERE b.poll = asked.id AND b.account = p_account AND b.key = p_key;
  IF FOUND THEN
    verdict := 'again';
    RETURN;
  END IF;
  closes := coalesce(asked.closed_at, asked.closes_at);
  IF asked.closed_at IS NOT NULL OR p_at >= asked.closes_at THEN
    verdict := 'closed';
    RETURN;
  END IF;
  IF p_option < 1 OR p_option > asked.options THEN
    verdict := 'no_option';
    RETURN;
  END IF;
  IF (SELECT count(*) FROM poll_ballot b WHERE b.poll = asked.id AND b.account = p_account) >= 20 THEN
    verdict := 'often';
    RETURN;
  END IF;
  SELECT coalesce(max(b.index) + 1, 0) INTO ballot FROM poll_ballot b WHERE b.poll = asked.id;
  IF ballot >= p_most THEN
    verdict := 'full';
    RETURN;
  END IF;
  SELECT v.ballot, v.option INTO earlier, earlier_choice FROM poll_vote v WHERE v.poll = asked.id AND v.account = p_account;
  INSERT INTO poll_vote AS v (poll, account, ballot, option, new_account)
    SELECT asked.id, p_account, poll_cast.ballot, p_option, p_new
    ON CONFLICT ON CONSTRAINT poll_vote_pkey DO UPDATE SET ballot = excluded.ballot, option = excluded.option
      WHERE asked.closed_at IS NULL AND asked.may_change;
  IF NOT FOUND THEN
    verdict := 'voted';
    RETURN;
  END IF;
  INSERT INTO poll_ballot (poll, index, account, key, option, replaces, nonce, at)
    VALUES (asked.id, poll_cast.ballot, p_account, p_key, p_option, earlier, p_nonce, p_at);
  verdict := 'accepted';
  choice := p_option;
  secret := p_nonce;
END $$;
