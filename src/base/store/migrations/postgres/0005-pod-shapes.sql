-- What of pods decides whom they reach and what they may do; see know/fleet/pod-shape.ts.

-- Each distinct shape once, for the whole fleet.
create table pod_shape (
  no bigint primary key,
  hash text not null unique,           -- SHA-256 of body, base64url
  body text not null                   -- JSON {labels, annotations, spec}
);

-- Null: written before shapes were kept, so what the pod may do is not known.
alter table pod add column shape_no bigint;
-- Of its template, which counts while it has no pods.
alter table workload add column shape_no bigint;

