-- Who may do what: accounts of people, their sessions, tokens that act for them, and what they did.

create table account (
  name text primary key,               -- lower case, see src/core/people.ts
  display text not null,
  role text not null,                  -- viewer | responder | commander | administrator
  password text,                       -- scrypt in the form of PHC; null: signs in elsewhere
  issuer text,                         -- OpenID Connect: who vouches …
  subject text,                        -- … and under which name there
  created_at bigint not null,
  created_by text not null,
  disabled_at bigint,
  reset_at bigint,                     -- somebody else gave it a way to sign in: what it was trusted with before waits for a word
  last_sign_in_at bigint
);
create unique index account_subject on account (issuer, subject) where issuer is not null;

create table session (
  id text primary key,
  hash text not null unique,           -- SHA-256 of the secret in the cookie
  earlier_hash text,                   -- of the secret before it, until the new one has been used
  earlier_until bigint,               -- and for requests on their way, until then
  csrf text not null,                  -- what a page has to send with each write
  account text,
  token_id text,                       -- signed in with a token: ends with it
  method text not null,                -- password | oidc | token
  created_at bigint not null,
  rotated_at bigint not null,
  last_seen_at bigint not null,
  ends_at bigint not null,
  address text not null,
  agent text not null                  -- what the browser calls itself
);
create index session_account on session (account);
create unique index session_earlier on session (earlier_hash) where earlier_hash is not null;

alter table token add column account text; -- whom it acts for; null: made on the machine of the server
alter table token add column last_used_from text;

-- A hash chain, see src/core/chain. `body` decides; the other columns are for looking it up.
create table audit_entry (
  seq bigint primary key,
  previous text not null,
  body text not null,                  -- canonical JSON
  hash text not null,
  at bigint not null,
  actor text not null,
  action text not null
);
create index audit_actor on audit_entry (actor, seq);
