-- Contents that the store holds only encrypted: the key of each box, itself encrypted by a key that is not in the store.

create table envelope (
  box text primary key,                -- what is encrypted together: INCIDENT/COMPARTMENT
  wrapped text not null,               -- the data key, encrypted, base64
  wrapped_by text not null,            -- name of the key that did
  wrapped_at bigint not null
);
