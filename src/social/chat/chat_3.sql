-- What was said under one key is one message: a node that comes back with what it could not store in time finds it
-- stored by the one that took its room over.
DELETE FROM chat_message AS again USING chat_message AS first
  WHERE again.key <> '' AND first.room = again.room AND first.user_id = again.user_id AND first.key = again.key AND first.id < again.id;
CREATE UNIQUE INDEX chat_message_key ON chat_message (room, user_id, key) WHERE key <> '';
