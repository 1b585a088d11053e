-- Version 1. The body is the versioned JSON of journal/format.rs; at is in seconds since 1970, by the
-- region's clock. The primary key is the fence: two writers cannot both append the same sequence.
CREATE TABLE events (
    region   TEXT    NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    at       INTEGER NOT NULL,
    body     BLOB    NOT NULL,
    PRIMARY KEY (region, sequence)
) STRICT, WITHOUT ROWID;
