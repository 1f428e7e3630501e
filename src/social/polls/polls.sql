-- A poll is the event polls.opened; (room, epoch, event_offset) is its identity on the wire.
CREATE TABLE poll (
  id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room         text        NOT NULL,
  epoch        text        NOT NULL,
  event_offset bigint      NOT NULL,
  at           timestamptz NOT NULL,
  media_time   timestamptz,
  user_id      text        NOT NULL,
  user_name    text        NOT NULL,
  user_role    text        NOT NULL,
  key          text        NOT NULL,
  body         text        NOT NULL,
  options      integer     NOT NULL,
  may_change   boolean     NOT NULL,
  closes_at    timestamptz NOT NULL,
  closed_at    timestamptz,
  root         bytea,
  checkpoint   text,
  signed_by    text,
  counted      text,
  UNIQUE (room, epoch, event_offset)
);
CREATE INDEX poll_room_id ON poll (room, id);

-- polls.closed and polls.final, for those who come later.
CREATE TABLE poll_event (
  poll         bigint      NOT NULL REFERENCES poll ON DELETE CASCADE,
  kind         text        NOT NULL,
  epoch        text        NOT NULL,
  event_offset bigint      NOT NULL,
  at           timestamptz NOT NULL,
  media_time   timestamptz,
  body         text        NOT NULL,
  PRIMARY KEY (poll, kind)
);

-- Every accepted vote, in the order of acceptance: the leaves of the poll's tree.
CREATE TABLE poll_ballot (
  poll     bigint      NOT NULL REFERENCES poll ON DELETE CASCADE,
  index    bigint      NOT NULL,
  account  text        NOT NULL,
  key      text        NOT NULL,
  option   integer     NOT NULL,
  replaces bigint,
  nonce    text        NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (poll, index),
  UNIQUE (poll, account, key)
);

-- What counts: one row for each account.
CREATE TABLE poll_vote (
  poll        bigint  NOT NULL REFERENCES poll ON DELETE CASCADE,
  account     text    NOT NULL,
  ballot      bigint  NOT NULL,
  option      integer NOT NULL,
  new_account boolean NOT NULL,
  PRIMARY KEY (poll, account)
);

-- The tree of a closed poll, in pieces of 1024 leaves' hashes, each with its own root.
CREATE TABLE poll_subtree (
  poll   bigint  NOT NULL REFERENCES poll ON DELETE CASCADE,
  piece  integer NOT NULL,
  root   bytea   NOT NULL,
  hashes bytea   NOT NULL,
  PRIMARY KEY (poll, piece)
);

-- Decides one vote. The lock on the poll's row is what orders votes and the closing, whichever node they come from.
CREATE FUNCTION poll_cast(p_room text, p_epoch text, p_offset bigint, p_account text, p_key text, p_option integer,
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
