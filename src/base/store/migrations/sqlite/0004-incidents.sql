-- Timelines, incidents, and what probes answered when.

-- Append-only; each entry follows the one before by its hash, see core/timeline.
create table timeline_entry (
  timeline text not null,
  seq integer not null,
  at integer not null,
  kind text not null,
  previous text not null,
  body text not null,                  -- canonical JSON, as hashed
  hash text not null,
  signature text not null,
  command text,                        -- first entry of a command that a client may send again
  primary key (timeline, seq)
) without rowid;
create unique index timeline_command on timeline_entry (timeline, command);

-- What lists of incidents show; made from the timeline and written with it.
create table incident (
  id text primary key,
  advisory text not null,
  title text not null,
  status text not null,                -- open | clear | closed | dismissed
  stage text not null,
  opened_at integer not null,
  changed_at integer not null,
  head integer not null                -- seq of the newest entry
) without rowid;
create index incident_status on incident (status);

-- Answers of probes as intervals: the same answer again makes the interval longer.
create table probe_answer (
  question text not null,              -- canonical JSON of probe, parameters and tolerance
  first_at integer not null,
  last_at integer not null,
  fresh_until integer not null,
  verdict text not null,
  result text not null,                -- JSON, see core/probe/types.ts
  primary key (question, first_at)
) without rowid;
create index probe_answer_old on probe_answer (last_at);
