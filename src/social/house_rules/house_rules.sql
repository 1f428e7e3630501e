-- Decisions, appended and never changed. The latest row about a subject says how things are; decision_store.cpp reads and writes it.
CREATE TABLE house_rules_log (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room       text        NOT NULL,
  at         timestamptz NOT NULL,
  kind       text        NOT NULL,
  scope      text        NOT NULL,
  subject    text        NOT NULL,
  actor_id   text        NOT NULL,
  actor_name text        NOT NULL,
  actor_role text        NOT NULL,
  key        text        NOT NULL,
  reason     text        NOT NULL,
  evidence   text,
  body       text        NOT NULL,
  UNIQUE (room, kind, at, scope, subject)
);
CREATE INDEX house_rules_log_subject ON house_rules_log (room, scope, subject, id DESC);
CREATE INDEX house_rules_log_room_id ON house_rules_log (room, id);
CREATE FUNCTION house_rules_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'house_rules_log is append-only'; END $$;
CREATE TRIGGER house_rules_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON house_rules_log
  FOR EACH STATEMENT EXECUTE FUNCTION house_rules_log_is_append_only();
