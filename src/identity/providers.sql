-- Who an account is at an identity provider.
create table account_identity (
  issuer text not null,
  subject text not null,
  account_id bigint not null references account (id) on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject)
);

-- By what a provider ends sessions; empty: they were begun with a password.
alter table account_session add column issuer text not null default '';
alter table account_session add column subject text not null default '';
alter table account_session add column provider_session text not null default '';
create index account_session_subject on account_session (issuer, subject) where issuer <> '';
