-- Which daemon a node's name belongs to: another of the same name takes part in nothing until that one is not heard of any more.
alter table cluster_node add column instance text not null default '';
