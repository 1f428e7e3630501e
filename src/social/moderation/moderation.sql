-- Decisions, appended and never changed. The latest row about a subject says how things are; decision_store.cpp reads and writes it.
CREATE TABLE moderation_log (
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
CREATE INDEX moderation_log_subject ON moderation_log (room, scope, subject, id DESC);
CREATE INDEX moderation_log_room_id ON moderation_log (room, id);
CREATE FUNCTION moderation_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'moderation_log is append-only'; END $$;
CREATE TRIGGER moderation_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON moderation_log
  FOR EACH STATEMENT EXECUTE FUNCTION moderation_log_is_append_only();
