-- What was opened under one key is one poll: a node that comes back with what it could not store in time finds it stored
-- by the one that took its room over.
UPDATE poll AS again SET key = '' FROM poll AS first
  WHERE again.key <> '' AND first.room = again.room AND first.user_id = again.user_id AND first.key = again.key AND first.id < again.id;
CREATE UNIQUE INDEX poll_key ON poll (room, user_id, key) WHERE key <> '';

-- They are in `counted`, where everybody reads them.
ALTER TABLE poll DROP COLUMN root, DROP COLUMN checkpoint, DROP COLUMN signed_by;
