-- Software of others that runs outside of Kubernetes, declared by hand: agents on hosts.
create table declared_software (
  name text primary key,
  supplier text not null,
  version text,                        -- null: nobody said
  hosts bigint,                       -- null: nobody said on how many
  places text not null,                -- JSON array of clusters or names of places
  access text not null,                -- user | root | kernel
  channel text not null,               -- pinned | tag | floating | unknown
  pushed_by text,                      -- who can change it without a gate of ours
  note text,
  declared_at bigint not null,
  declared_by text not null
);
