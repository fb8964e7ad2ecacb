-- Images read from their layers.

-- A layer that was read, once for all images that have it.
create table layer (
  no bigint primary key,
  diff_id text not null unique,        -- digest of the unpacked tar, checked while it was read
  reader_version bigint not null,     -- cataloguersVersion; an older reading is made again
  read_at bigint not null,
  reading bytea not null                -- zstd of JSON, see know/catalog/layers/types.ts
);

-- Files, links and marks of layers, by the first 52 bits of what file-keys.ts makes of path or content.
create table layer_file (
  key bigint not null,
  layer_no bigint not null,
  primary key (key, layer_no)
);

create table image_layer (
  image_no bigint not null,
  position bigint not null,           -- 0 at the bottom
  layer_no bigint not null,
  digest text,                         -- of the stored blob
  size_bytes bigint,
  created_by text,
  chain text not null,                 -- chain id of the layers up to this one (OCI image specification)
  primary key (image_no, position)
);
create index image_layer_layer on image_layer (layer_no);
create index image_layer_chain on image_layer (chain);

-- The whole of what was read, as it is shown.
create table image_catalogue (
  image_no bigint primary key,
  catalogued_at bigint not null,
  layers bigint not null,
  packages bigint not null,
  contents bytea not null               -- zstd of JSON, see know/catalog/image-contents.ts
);

-- Attempts to read running images by themselves that failed; the row goes when one succeeds.
create table image_unread (
  image_no bigint primary key,
  reference text not null,
  code text not null,
  reason text not null,
  tried_at bigint not null,
  attempts bigint not null
);
