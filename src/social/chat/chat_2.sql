-- Answers, edits, deletions and pins. A deleted message stays for moderators; nobody else gets it from here.
ALTER TABLE chat_message
  ADD COLUMN reply_epoch  text,
  ADD COLUMN reply_offset bigint,
  ADD COLUMN mentions     text NOT NULL DEFAULT '',  -- user ids, separated by spaces
  ADD COLUMN edited_at    timestamptz,
  ADD COLUMN deleted_at   timestamptz,
  ADD COLUMN deleted_by   text;                      -- user id; none: the room
CREATE INDEX chat_message_timeline ON chat_message (room, coalesce(media_time, at), id) WHERE deleted_at IS NULL;

-- What a message said before each edit. (room, epoch, event_offset) is the edit's place in the room.
CREATE TABLE chat_edit (
  room           text        NOT NULL,
  epoch          text        NOT NULL,
  event_offset   bigint      NOT NULL,
  message_epoch  text        NOT NULL,
  message_offset bigint      NOT NULL,
  at             timestamptz NOT NULL,
  body           text        NOT NULL,
  PRIMARY KEY (room, epoch, event_offset)
);
CREATE INDEX chat_edit_message ON chat_edit (room, message_epoch, message_offset);

CREATE TABLE chat_pin (
  room           text        NOT NULL,
  epoch          text        NOT NULL,
  event_offset   bigint      NOT NULL,
  message_epoch  text        NOT NULL,
  message_offset bigint      NOT NULL,
  at             timestamptz NOT NULL,
  user_id        text        NOT NULL,
  PRIMARY KEY (room, message_epoch, message_offset)
);
