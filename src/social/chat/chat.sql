-- Every chat message. (room, epoch, event_offset) is its identity on the wire; id is the order over all lifetimes of a room.
CREATE TABLE chat_message (
  id           bigint      GENERATED ALWAYS AS IDENTITY,
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
  PRIMARY KEY (room, epoch, event_offset)
);
CREATE INDEX chat_message_room_id ON chat_message (room, id);
CREATE INDEX chat_message_user_id ON chat_message (user_id);
