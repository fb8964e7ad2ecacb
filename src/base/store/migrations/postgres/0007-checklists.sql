-- Versions of checklists that people made, and copies of those that something rests on. A row is never changed but for
-- the decision about it, and never deleted.
create table checklist_version (
  id text not null,                    -- network
  version text not null,               -- MAJOR.MINOR.PATCH
  text text not null,                  -- YAML, as it was written
  source text not null,                -- edited | imported | folder | built-in
  state text not null,                 -- stored | waiting | refused
  author text not null,
  reason text not null,
  stored_at bigint not null,
  decided_by text,                     -- who accepted or refused a loosened version
  decision_reason text,
  decided_at bigint,
  primary key (id, version)
);
