-- A television that waits for somebody to let it in on a phone (RFC 8628); gone when it has heard what was decided.
create table device_code (
  digest bytea primary key,        -- SHA-256 of what the television holds
  user_code text not null unique,  -- what it shows
  user_agent text not null,
  network text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  poll_seconds int not null,  -- between two of its questions, at least
  poll_after timestamptz not null,
  decision text not null default 'waiting' check (decision in ('waiting', 'allowed', 'denied')),
  -- Who let it in: a session of an account, as long as there is one, or a guest.
  session_id bigint references account_session (id) on delete cascade,
  guest_name text not null default ''
);
create index device_code_expires on device_code (expires_at);
create index device_code_session on device_code (session_id);

-- Of a television: the session that let it in. Both follow the same party by this.
alter table account_session add column begun_by bigint references account_session (id) on delete set null;
create index account_session_begun_by on account_session (begun_by) where begun_by is not null;
