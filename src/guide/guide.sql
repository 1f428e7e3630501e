-- The schedule of every channel. Written by the guide only, which keeps programmes of a channel from overlapping.
CREATE TABLE guide_programme (
  channel     text        NOT NULL,
  start       timestamptz NOT NULL,
  stop        timestamptz NOT NULL,
  title       text        NOT NULL,
  subtitle    text        NOT NULL,
  description text        NOT NULL,
  language    text        NOT NULL,
  categories  text        NOT NULL, -- one a line
  credits     text        NOT NULL, -- one a line: role, tab, name
  date        text        NOT NULL,
  icon        text        NOT NULL,
  episode     text        NOT NULL,
  episode_ns  text        NOT NULL,
  rating      text        NOT NULL,
  star_rating text        NOT NULL,
  source      text        NOT NULL,
  PRIMARY KEY (channel, start),
  CHECK (stop > start)
);
CREATE INDEX guide_programme_stop ON guide_programme (stop);
