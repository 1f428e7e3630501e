create table account_picture (
  account_id bigint primary key references account (id) on delete cascade,
  version text not null,  -- another one with each picture
  jpeg bytea not null
);

-- Whom an account does not want to hear; also guests, who are in no table.
create table account_block (
  account_id bigint not null references account (id) on delete cascade,
  blocked text not null,
  name text not null,  -- as it was then
  created_at timestamptz not null,
  primary key (account_id, blocked)
);
