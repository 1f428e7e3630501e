alter table account drop constraint account_role_check;
alter table account add check (role in ('viewer', 'member', 'moderator', 'creator', 'admin'));

create table channel_role (
  channel text not null,
  account_id bigint not null references account (id) on delete cascade,
  role text not null check (role in ('member', 'moderator', 'creator')),
  primary key (channel, account_id)
);
create index channel_role_account on channel_role (account_id);

create table channel_follower (
  channel text not null,
  account_id bigint not null references account (id) on delete cascade,
  since timestamptz not null,
  primary key (channel, account_id)
);
create index channel_follower_account on channel_follower (account_id);

-- What a session is listed and ended by, and where it was begun.
alter table account_session add column id bigint generated always as identity unique;
alter table account_session add column user_agent text not null default '';
alter table account_session add column network text not null default '';
