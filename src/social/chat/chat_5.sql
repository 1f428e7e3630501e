-- When a pin stood, for those who watch later: on the programme's timeline, and by the clock. One that is taken down stays.
ALTER TABLE chat_pin
  ADD COLUMN media_time          timestamptz,
  ADD COLUMN unpinned_at         timestamptz,  -- none: it stands
  ADD COLUMN unpinned_media_time timestamptz,
  DROP CONSTRAINT chat_pin_pkey,
  ADD PRIMARY KEY (room, epoch, event_offset);
CREATE UNIQUE INDEX chat_pin_standing ON chat_pin (room, message_epoch, message_offset) WHERE unpinned_at IS NULL;
