-- The nodes that are alive, by their own word; and what each of them owns. Times are the database's, so that clocks of nodes do not matter.
create table cluster_node (
  name text primary key,
  address text not null,
  seen_at timestamptz not null
);
create table cluster_lease (
  name text primary key,  -- 'channel:news'
  node text not null,
  term bigint not null,   -- higher with each owner
  expires_at timestamptz not null
);
