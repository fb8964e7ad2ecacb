-- The knowledge core. Times are epoch milliseconds; JSON is text; packed lists are described at their writer.

-- Where knowledge comes from, and how fresh it is.
create table feed (
  id text primary key,                 -- osv:Debian, kev, epss, ssvc, vex:<author>, provisional, import:<name>
  kind text not null,                  -- osv | kev | epss | ssvc | vex | provisional
  url text,
  etag text,
  fetched_at integer,
  newest_record_at integer,
  records integer not null default 0,
  state text                           -- JSON, owned by the feed's own code (resume point)
);

create table advisory (
  no integer primary key,              -- interned; used in packed rows
  id text not null unique,
  feed text not null,
  summary text not null,
  severity text not null,
  vector text,
  score real,
  published_at integer,
  modified_at integer,
  withdrawn_at integer,
  provisional integer not null default 0,
  ecosystems text not null,            -- JSON array, with releases
  links text not null,                 -- JSON array of {vulnerability, relation}, as in advisory_link
  content_hash text not null,
  raw blob not null,                   -- the record as it came, raw deflate
  raw_bytes integer not null,
  imported_at integer not null
);
create index advisory_feed on advisory (feed);
create index advisory_modified on advisory (modified_at);

create table advisory_link (
  vulnerability text not null,
  advisory_no integer not null,
  relation text not null,              -- self | alias | upstream | related
  primary key (vulnerability, advisory_no)
) without rowid;
create index advisory_link_advisory on advisory_link (advisory_no);

-- One row for each ecosystem (with release) and package name: what every advisory says of it, packed.
-- A scan reads one row for each package name; a new advisory rewrites the rows of the names it touches.
create table advisory_package (
  ecosystem text not null,
  name text not null,
  entries text not null,               -- JSON, see know/advisories/packed.ts
  primary key (ecosystem, name)
) without rowid;

create table kev (
  vulnerability text primary key,
  added_at integer not null,
  due_at integer,
  ransomware integer not null,
  name text not null,
  action text not null
);

create table epss (
  vulnerability text primary key,
  score real not null,
  percentile real not null,
  scored_at integer
) without rowid;

create table ssvc (
  vulnerability text primary key,
  exploitation text not null,
  automatable text not null,
  technical_impact text not null,
  decided_at integer
) without rowid;

create table vex_statement (
  no integer primary key,
  document_id text not null,
  author text not null,
  format text not null,
  vulnerability text not null,
  aliases text not null,               -- JSON array
  product text not null,
  subcomponent text,
  status text not null,
  justification text,
  statement text,
  at integer
);
create index vex_statement_vulnerability on vex_statement (vulnerability);
create index vex_statement_document on vex_statement (document_id);

-- The unit of matching.
create table package_version (
  no integer primary key,
  ecosystem text not null,
  type text not null,
  name text not null,
  version text not null,
  source_name text not null,
  source_version text not null,
  purl text not null,
  unique (ecosystem, type, name, version, source_name, source_version)
);
create index package_version_source on package_version (ecosystem, source_name);

create table finding (
  package_version_no integer not null,
  advisory_no integer not null,
  state text not null,
  fix_state text not null,
  fixed_in text not null,
  matched_by text not null,
  decided_by text not null,
  first_found_at integer not null,
  primary key (package_version_no, advisory_no)
) without rowid;
create index finding_advisory on finding (advisory_no);

create table image (
  no integer primary key,
  id text not null unique,             -- the digest, or name:<subject> for a document without one
  digest text,
  name text not null,                  -- best known reference
  first_seen_at integer not null
);

-- Every name an image was called by, with who said so.
create table image_reference (
  reference text not null,
  image_no integer not null,
  source text not null,                -- sbom | cluster | registry
  first_seen_at integer not null,
  last_seen_at integer not null,
  primary key (reference, image_no)
) without rowid;
create index image_reference_image on image_reference (image_no);

create table sbom (
  no integer primary key,
  image_no integer not null,
  sha256 text not null,                -- of the original document, kept as a blob
  source text not null,                -- file name or URL it came from
  format text not null,
  spec_version text not null,
  tools text not null,                 -- JSON array
  subject text,
  distro text,                         -- JSON of Distro, or null
  document_created_at integer,
  imported_at integer not null,
  size_bytes integer not null,
  package_count integer not null,
  contents blob not null,              -- package_version numbers, see know/catalog/contents.ts
  locators blob not null,              -- for each of them its place in the document, raw-deflated JSON array
  left_out text not null,              -- JSON array of LeftOut
  current integer not null default 1,  -- 0 when a newer document of the same tool for the image replaced it
  unique (sha256, image_no)
);
create index sbom_image on sbom (image_no);

create table cluster (
  no integer primary key,
  name text not null unique,
  source text not null,                -- manifests | live | example
  declared_only integer not null,
  first_seen_at integer not null,
  last_seen_at integer not null
);

create table node (
  no integer primary key,
  cluster_no integer not null,
  name text not null,
  labels text not null,
  os_image text,
  kubelet_version text,
  first_seen_at integer not null,
  last_seen_at integer,                -- null: there now
  unique (cluster_no, name)
);

create table namespace (
  cluster_no integer not null,
  name text not null,
  labels text not null,
  annotations text not null,
  primary key (cluster_no, name)
) without rowid;

create table workload (
  no integer primary key,
  cluster_no integer not null,
  namespace text not null,
  kind text not null,
  name text not null,
  owner text,                          -- from labels and annotations, see know/fleet/owners.ts
  service_account text,
  replicas integer,
  labels text not null,
  annotations text not null,
  first_seen_at integer not null,
  last_seen_at integer,                -- null: there now
  unique (cluster_no, namespace, kind, name)
);

-- A workload ran an image: interval and, while it runs, how many pods. The history of the fleet index.
create table run (
  no integer primary key,
  workload_no integer not null,
  container text not null,
  container_kind text not null,        -- main | init | ephemeral
  reference text not null,
  image_no integer,                    -- null: the reference could not be resolved to an image
  resolved_by text not null,           -- digest | status | tag | none
  pods integer not null,
  first_seen_at integer not null,
  last_seen_at integer                 -- null: runs now
);
create index run_workload on run (workload_no);
create index run_image on run (image_no);

-- Pods as intervals: who ran where, when.
create table pod (
  no integer primary key,
  cluster_no integer not null,
  uid text not null,
  namespace text not null,
  name text not null,
  workload_no integer not null,
  node_no integer,
  phase text not null,
  service_account text,
  digests text not null,               -- JSON array of run numbers
  first_seen_at integer not null,
  last_seen_at integer,                -- null: there now
  unique (cluster_no, uid)
);
create index pod_workload on pod (workload_no);

create table change (
  seq integer primary key autoincrement,
  at integer not null,
  kind text not null,
  subject text not null,
  text text not null
);

create table token (
  id text primary key,
  name text not null,
  hash text not null unique,           -- SHA-256 of the secret
  scope text not null,                 -- admin | read
  created_at integer not null,
  expires_at integer not null,
  last_used_at integer
);

create table job (
  id text primary key,
  kind text not null,
  payload text not null,               -- JSON
  state text not null,                 -- queued | running | done | failed | cancelled
  attempts integer not null default 0,
  run_at integer not null,
  lease_until integer,
  lease_holder text,
  progress text,                       -- JSON of Progress
  result text,                         -- JSON
  error text,
  created_at integer not null,
  finished_at integer
);
create index job_due on job (state, run_at);

create table setting (
  key text primary key,
  value text not null                  -- JSON
);

-- The next `no` of each table: a number is never given twice, for packed rows may still name a deleted row.
create table numbering (
  table_name text primary key,
  next integer not null
);
