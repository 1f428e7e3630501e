-- Parties: how each stands now. party_store.cpp reads and writes them.
CREATE TABLE party (
  room       text        PRIMARY KEY,
  state      jsonb       NOT NULL,
  revision   bigint      NOT NULL,
  motion     jsonb       NOT NULL,
  sequence   bigint      NOT NULL,
  invite     text        UNIQUE,
  founder    text        NOT NULL,
  ended      boolean     NOT NULL DEFAULT false,
  founded_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX party_people ON party USING gin ((state -> 'people') jsonb_path_ops);
CREATE INDEX party_founder ON party (founder);
CREATE INDEX party_changed_at ON party (changed_at);
