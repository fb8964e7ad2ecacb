-- The stream of an RPM module is part of the unit of matching: nodejs:18 and nodejs:20 of one release are apart.
-- A constraint of a table is not changed in place; numbers stay, since findings and contents hold them.
drop index package_version_source;
alter table package_version rename to package_version_before;
create table package_version (
  no integer primary key,
  ecosystem text not null,
  type text not null,
  name text not null,
  version text not null,
  source_name text not null,
  source_version text not null,
  module text not null default '',     -- name:stream of an RPM module; '' when none is known
  purl text not null,
  unique (ecosystem, type, name, version, source_name, source_version, module)
);
insert into package_version (no, ecosystem, type, name, version, source_name, source_version, purl)
  select no, ecosystem, type, name, version, source_name, source_version, purl from package_version_before;
drop table package_version_before;
create index package_version_source on package_version (ecosystem, source_name);
