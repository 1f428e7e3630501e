create table account (
  id bigint generated always as identity primary key,
  name text not null,
  name_key text not null unique,  -- the same for names that people would confuse
  password_hash text not null,    -- Argon2id, as libsodium writes it
  role text not null check (role in ('viewer', 'moderator', 'admin')),
  created_at timestamptz not null
);

create table account_session (
  digest bytea primary key,  -- SHA-256 of the token
  account_id bigint not null references account (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null  -- to the hour
);
create index account_session_account on account_session (account_id, created_at);
create index account_session_expires on account_session (expires_at);
