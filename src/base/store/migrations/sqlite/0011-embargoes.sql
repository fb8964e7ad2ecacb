-- Incidents under embargo: title and advisory of their rows are encrypted, and so are the bodies of their entries.

alter table incident add column embargoed integer not null default 0;

-- What embargoed incidents are called outside; none is given twice, not even after the end.
create table code_word (
  word text primary key,
  incident text not null unique
) without rowid;

-- Who read an embargoed incident, and when.
create table incident_read (
  incident text not null,
  person text not null,
  first_at integer not null,
  last_at integer not null,
  reads integer not null,              -- at most one is counted in a quarter of an hour
  primary key (incident, person)
) without rowid;
