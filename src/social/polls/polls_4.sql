-- How the votes stood while the poll was open, for those who watch later: JSON as polls_codec.cpp writes it. None of a
-- hidden poll, nor of those counted before this was kept.
ALTER TABLE poll ADD COLUMN progress text;
CREATE INDEX poll_timeline ON poll (room, (coalesce(media_time, at)));
