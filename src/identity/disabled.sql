-- Since when nobody may sign in to the account.
alter table account add column disabled_at timestamptz;
