-- What a hub that starts again goes on from, and which of several hubs watches a cluster.

-- A resource of a cluster as it was at one resource version: watched from there, nothing has to be listed.
create table cluster_checkpoint (
  cluster_no integer not null,
  resource text not null,
  identity text not null,              -- UID of kube-system: another cluster under the same name has another
  form text not null,                  -- of the objects; what another version of the program kept is not read
  resource_version text not null,
  synced_at integer not null,          -- of its last complete list
  objects blob not null,               -- JSON array, zstd; see know/fleet/live/checkpoint.store.ts
  primary key (cluster_no, resource)
) without rowid;

create table watch_lease (
  cluster_no integer primary key,
  holder text not null,                -- random, one for each process
  until integer not null
);
