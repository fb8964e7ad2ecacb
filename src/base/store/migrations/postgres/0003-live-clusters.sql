-- Live clusters: how they are reached, what was seen of them, and who had what when.

-- How the hub comes to a cluster; an imported dump has no row here.
create table cluster_connection (
  cluster_no bigint primary key,
  kind text not null,                  -- kubeconfig | copy | in-cluster | agent
  file text,                           -- kubeconfig: the file, by reference
  context text,
  kubeconfig text,                     -- copy: one context with its credentials
  server text,
  secret_metadata bigint not null,    -- 1: names of secrets are watched too
  added_at bigint not null,
  added_by text not null,
  state text not null                  -- JSON: the last known state, see know/fleet/live/types.ts
);

-- Objects other than pods, nodes and workloads, as intervals: a change of what is kept closes a row and opens one.
create table cluster_object (
  no bigint primary key,
  cluster_no bigint not null,
  resource text not null,              -- services, networkpolicies.networking.k8s.io …
  namespace text not null,             -- '' for objects of the cluster
  name text not null,
  uid text not null,
  body text not null,                  -- JSON, see know/fleet/live/resources.ts
  first_seen_at bigint not null,
  last_seen_at bigint                 -- null: there now
);
create index cluster_object_name on cluster_object (cluster_no, resource, namespace, name);
create index cluster_object_gone on cluster_object (last_seen_at);

-- Who had an address when. Several rows may hold at one time: host network, or an address that was given again.
create table pod_address (
  cluster_no bigint not null,
  address text not null,
  pod_no bigint not null,
  first_seen_at bigint not null,
  last_seen_at bigint,                -- null: has it now
  primary key (address, cluster_no, pod_no, first_seen_at)
);
create index pod_address_pod on pod_address (pod_no);

-- What may change while a pod lives, as intervals.
create table pod_state (
  pod_no bigint not null,
  first_seen_at bigint not null,
  last_seen_at bigint,                -- null: so now
  labels text not null,                -- JSON object
  owners text not null,                -- JSON array, nearest first: ["ReplicaSet/web-7d9f", "Deployment/web"]
  containers text not null,            -- JSON array of {name, kind, reference, digest}
  host_network bigint not null,
  primary key (pod_no, first_seen_at)
);

-- The interval of a pod is closed by what ended before; compaction looks for these.
create index pod_gone on pod (last_seen_at);
create index pod_name on pod (cluster_no, namespace, name);

create table agent (
  id text primary key,
  cluster_no bigint not null,
  public_key text not null,            -- Ed25519, base64url
  next_public_key text,                -- proven by the agent, not used yet
  version text not null,
  enrolled_at bigint not null,
  rotated_at bigint not null,
  last_seen_at bigint,
  revoked_at bigint
);

create table agent_enrolment (
  hash text primary key,               -- SHA-256 of the one-time secret
  cluster text not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint not null,
  used_at bigint
);

-- What people say about workloads, namespaces and clusters, each with its source.
create table declared_fact (
  cluster text not null,
  namespace text not null,             -- '' : of the whole cluster
  kind text not null,                  -- '' : of the whole namespace
  name text not null,
  fact text not null,                  -- team | criticality | data | users | tenant | …
  value text not null,
  source text not null,                -- hand:<who> | file:<name>
  declared_at bigint not null,
  primary key (cluster, namespace, kind, name, fact, source)
);
