-- What the name looks like as it is drawn, and by which Unicode data that was told; null: not yet. Not unique: accounts
-- that were made before this may look alike.
alter table account add column look text;
alter table account add column look_version text;
create index account_look on account (look);
