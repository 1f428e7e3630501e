-- Who an account is at an identity provider: at each one person at most.
create table account_identity (
  issuer text not null,
  subject text not null,
  account_id bigint not null references account (id) on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject),
  unique (account_id, issuer)
);

-- By what a provider ends sessions; empty: they were begun with a password.
alter table account_session add column issuer text not null default '';
alter table account_session add column subject text not null default '';
alter table account_session add column provider_session text not null default '';
create index account_session_subject on account_session (issuer, subject) where issuer <> '';

-- Logout tokens, while they would still be taken: each counts once, on whatever node.
create table used_logout_token (
  issuer text not null,
  token_id text not null,
  used_at timestamptz not null,
  primary key (issuer, token_id)
);
