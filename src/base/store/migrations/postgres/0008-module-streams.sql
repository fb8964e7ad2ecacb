-- The stream of an RPM module is part of the unit of matching: nodejs:18 and nodejs:20 of one release are apart.
alter table package_version add column module text not null default '';
create unique index package_version_key on package_version
  (ecosystem, type, name, version, source_name, source_version, module);
alter table package_version drop constraint package_version_ecosystem_type_name_version_source_name_sou_key;
