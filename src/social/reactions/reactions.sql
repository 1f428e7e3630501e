-- How often a reaction was sent at a second of the programme. `counted_at`: what was counted together is stored once,
-- however often it is tried.
CREATE TABLE reaction_count (
  room       text        NOT NULL,
  media_time timestamptz NOT NULL,
  reaction   text        NOT NULL,
  counted_at timestamptz NOT NULL,
  count      bigint      NOT NULL,
  PRIMARY KEY (room, media_time, reaction, counted_at)
);
