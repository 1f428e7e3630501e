create table webhook (
  id bigint generated always as identity primary key,
  channel text not null,
  url text not null,
  kinds text[] not null,
  description text not null,
  enabled boolean not null,
  created_at timestamptz not null,
  secret text not null,  -- signs; in base64
  old_secret text,       -- signs beside it
  old_secret_until timestamptz,
  is_full boolean not null default false,  -- as many deliveries wait as may
  dropped bigint not null default 0        -- events that came meanwhile
);
create index webhook_channel on webhook (channel);

-- One event for one webhook, written in the transaction that stores the event.
create table webhook_delivery (
  id bigint generated always as identity primary key,
  webhook_id bigint not null references webhook (id) on delete cascade,
  digest bytea not null,  -- SHA-256 of the body: the same event twice is one delivery
  kind text not null,
  body text not null,     -- as it is sent
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'parked')),
  attempts integer not null default 0,
  status integer not null default 0,
  error text not null default '',
  created_at timestamptz not null,
  since timestamptz not null,  -- when it began to wait: anew when it is asked for again
  due_at timestamptz not null,
  finished_at timestamptz,
  unique (webhook_id, digest)
);
create index webhook_delivery_due on webhook_delivery (webhook_id, id) where state = 'waiting';
create index webhook_delivery_listed on webhook_delivery (webhook_id, id desc);
create index webhook_delivery_old on webhook_delivery (created_at) where state <> 'waiting';

-- Which node delivers, by the database's clock.
create table webhook_lease (
  singleton boolean primary key default true check (singleton),
  holder text not null,
  until timestamptz not null
);
