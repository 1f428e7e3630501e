-- A bot is an account that belongs to another; it has no password and comes in by its tokens.
alter table account add column bot_owner bigint references account (id) on delete cascade;
create index account_bot_owner on account (bot_owner) where bot_owner is not null;

create table bot_token (
  id bigint generated always as identity primary key,
  digest bytea not null unique,  -- SHA-256 of the token
  account_id bigint not null references account (id) on delete cascade,
  name text not null,
  scopes text not null,  -- separated by spaces
  channel text,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz  -- to the minute
);
create index bot_token_account on bot_token (account_id, id);
