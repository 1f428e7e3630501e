-- Whose messages a decision took away until then. Committed with the decision, and carried out when a room is loaded: the
-- messages are there again only if the daemon died between the decision and their deletion.
CREATE TABLE chat_erasure (
  room      text        NOT NULL,
  user_id   text        NOT NULL,
  at        timestamptz NOT NULL,
  erased_by text        NOT NULL,  -- user id
  PRIMARY KEY (room, user_id)
);
