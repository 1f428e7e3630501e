-- What was said while nothing may come again: fingerprints, as house_rules.cpp makes them, and when it was last said.
CREATE TABLE house_rules_said (
  room        text        NOT NULL,
  fingerprint text        NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (room, fingerprint)
);
CREATE INDEX house_rules_said_at ON house_rules_said (room, at);
