-- What every node has to have the same of: what results of polls are signed with, and what the keys of encrypted channels are made of.
create table cluster_secret (
  name text primary key,
  secret text not null
);
