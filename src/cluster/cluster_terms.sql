-- Terms are counted over all names, so that one that is leased again after its row was deleted has a higher term than ever before.
create sequence cluster_term;
select setval('cluster_term', (select coalesce(max(term), 0) + 1 from cluster_lease), false);
