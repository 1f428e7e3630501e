-- Rooms and channels are leased apart: a node can be fit for the one and not for the other.
alter table cluster_node add column kind text not null default 'room';
alter table cluster_node alter column kind drop default, drop constraint cluster_node_pkey, add primary key (kind, name);
alter table cluster_lease add column kind text not null default 'room';
alter table cluster_lease alter column kind drop default, drop constraint cluster_lease_pkey, add primary key (kind, name);
