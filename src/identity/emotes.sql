-- Pictures of channels that are written by name, :like_this:. Which names a room knows, the room decides.
create table emote (
  channel text not null,
  name text not null,
  version text not null,  -- another one with each picture
  png bytea not null,
  primary key (channel, name)
);
