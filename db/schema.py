"""The schema as text: three layers, apart. Never edited once released; a change is a further migration.

``FIRST`` is run by the first migration, ``SECOND`` by the second, and so on. SQLite keeps the comments inside the
statements with the tables.
"""

APPLICATION_ID = 0x56474C58
SCHEMA_VERSION = 5

FIRST = """
CREATE TABLE snapshots (
  -- layer: from the source. One archived response; its bytes are in the WARC file.
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER NOT NULL,
  content_type TEXT, sha256 TEXT NOT NULL, length INTEGER NOT NULL,
  warc TEXT NOT NULL, "offset" INTEGER NOT NULL, revisit INTEGER NOT NULL, parser_version INTEGER NOT NULL,
  etag TEXT, last_modified TEXT
);
CREATE INDEX snapshots_by_url ON snapshots (source, url, id);
CREATE INDEX snapshots_by_payload ON snapshots (source, sha256, id);

CREATE TABLE parts (
  -- layer: from the source. Every version of each part of an update, as received; the highest seq is the present one.
  update_id TEXT NOT NULL, part_key TEXT NOT NULL, seq INTEGER NOT NULL,
  snapshot INTEGER NOT NULL REFERENCES snapshots (id),
  sha256 TEXT NOT NULL,      -- of the canonical JSON of the whole part, also where content is without its text
  reduced INTEGER NOT NULL,  -- 1: below the lower bound of relevance, content is without text
  content BLOB NOT NULL,     -- the canonical JSON, zlib
  PRIMARY KEY (update_id, part_key, seq)
) WITHOUT ROWID;
CREATE INDEX parts_by_snapshot ON parts (snapshot);

CREATE TABLE publications (
  -- layer: from the source. The present parts of an update put together (model.history.compose), without texts.
  update_id TEXT PRIMARY KEY,
  title TEXT NOT NULL, url TEXT, part TEXT NOT NULL, lang TEXT, published TEXT,
  reduced INTEGER NOT NULL,
  composed TEXT NOT NULL     -- JSON of the publication; the texts are in versions
) WITHOUT ROWID;

CREATE TABLE versions (
  -- layer: from the source. The language versions of the composition, the primary one at position 0.
  update_id TEXT NOT NULL REFERENCES publications (update_id) ON DELETE CASCADE,
  position INTEGER NOT NULL, lang TEXT, title TEXT NOT NULL, url TEXT, text TEXT NOT NULL,
  PRIMARY KEY (update_id, position)
);

CREATE TABLE revisions (
  -- layer: from the source. The history of an update: the source's own notes, and what we saw change.
  update_id TEXT NOT NULL REFERENCES publications (update_id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at TEXT NOT NULL,          -- the source's time where it gives one, else ours
  seen_at TEXT NOT NULL, note TEXT,
  fields TEXT NOT NULL,      -- JSON: names of the fields that changed
  diff TEXT,                 -- JSON: model.difference
  snapshot INTEGER NOT NULL REFERENCES snapshots (id),
  PRIMARY KEY (update_id, number)
) WITHOUT ROWID;

CREATE TABLE tags (
  -- layer: derived. What extractors.tagger says about the composition.
  update_id TEXT PRIMARY KEY,
  relevant INTEGER NOT NULL, review INTEGER NOT NULL, score REAL NOT NULL, lang TEXT NOT NULL,
  kind TEXT NOT NULL, stage TEXT NOT NULL,
  tags TEXT NOT NULL,        -- JSON of the whole
  visible INTEGER NOT NULL   -- relevant, unless an editor decided otherwise
) WITHOUT ROWID;

CREATE TABLE jurisdictions (
  -- layer: derived. Whose rule: one row a code.
  update_id TEXT NOT NULL REFERENCES tags (update_id) ON DELETE CASCADE, code TEXT NOT NULL,
  PRIMARY KEY (code, update_id)
) WITHOUT ROWID;
CREATE INDEX jurisdictions_by_update ON jurisdictions (update_id);

CREATE TABLE group_keys (
  -- layer: derived. Strong identifiers, one row each; updates of different sources that share one form a group.
  key TEXT NOT NULL, update_id TEXT NOT NULL, PRIMARY KEY (key, update_id)
) WITHOUT ROWID;
CREATE INDEX group_keys_by_update ON group_keys (update_id);

CREATE VIRTUAL TABLE words USING fts5 (
  -- layer: derived. Normalised words (extractors.normalise); rowid is updates.key: its order is the shown order.
  title, body, numbers, tags, tokenize = "ascii tokenchars ':_-'"
);

CREATE TABLE updates (
  -- layer: ours. Identity and our own clocks; they survive every recomputation.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, native_id TEXT NOT NULL,
  first_seen TEXT NOT NULL, listed_at TEXT,
  quiet INTEGER NOT NULL,    -- 1: published long before we first saw it; alerts nobody
  key INTEGER UNIQUE,        -- (day published, seq): the default order of search
  UNIQUE (source, native_id)
);
CREATE INDEX updates_listed ON updates (listed_at);

CREATE TABLE group_members (
  -- layer: ours. Which group an update belongs to, named by its head: the member that was listed first.
  update_id TEXT PRIMARY KEY, head_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX group_members_by_head ON group_members (head_id);

CREATE TABLE group_edits (
  -- layer: ours. What editors joined or parted; the last word on a pair.
  one TEXT NOT NULL, other TEXT NOT NULL, what TEXT NOT NULL CHECK (what IN ('merge', 'split')),
  at TEXT NOT NULL, editor TEXT NOT NULL, PRIMARY KEY (one, other)
) WITHOUT ROWID;

CREATE TABLE decisions (
  -- layer: ours. An editor's word on relevance; it stands until the source changes the text.
  update_id TEXT PRIMARY KEY, relevant INTEGER NOT NULL, at TEXT NOT NULL, editor TEXT NOT NULL,
  ended_at TEXT
) WITHOUT ROWID;

CREATE TABLE changes (
  -- layer: ours. What happened to updates, in the one order that all readers follow with cursors of their own.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  update_id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('new', 'completed', 'revised', 'reparsed', 'retagged', 'listed', 'grouped')),
  revision INTEGER, at TEXT NOT NULL, run TEXT
);
CREATE INDEX changes_by_update ON changes (update_id, seq);

CREATE TABLE sources (
  -- layer: ours. What each source declares, and how it stands.
  id TEXT PRIMARY KEY, declared TEXT NOT NULL, -- JSON of model.source.Source
  last_run TEXT, last_answered_at TEXT, last_new_at TEXT,
  requests_day TEXT, requests INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE runs (
  -- layer: ours. One visit to a source.
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL, source TEXT NOT NULL, started_at TEXT NOT NULL, holder TEXT NOT NULL,
  ended_at TEXT, outcome TEXT, reason TEXT, counts TEXT NOT NULL DEFAULT '{}',
  UNIQUE (run, source)
);
CREATE INDEX runs_by_source ON runs (source, id);

CREATE TABLE leases (
  -- layer: ours. Who may visit a source or a host just now.
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hosts (
  -- layer: ours. No request to a host before this time.
  host TEXT PRIMARY KEY, not_before TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE marks (
  -- layer: ours. What a listing last said about an item whose answer we have saved.
  source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;

CREATE TABLE validators (
  -- layer: ours. What to send with the next conditional request for an address.
  source TEXT NOT NULL, url TEXT NOT NULL, etag TEXT, last_modified TEXT,
  parser_version INTEGER NOT NULL, stored_at TEXT NOT NULL, PRIMARY KEY (source, url)
) WITHOUT ROWID;
"""

SECOND = """
CREATE TABLE secrets (
  -- layer: ours. Random keys of this installation; never shown, never logged.
  name TEXT PRIMARY KEY, value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE people (
  -- layer: ours. Who gets mails. hash is keyed (HMAC of the address with a secret); the row goes 28 days after left_at.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, lang TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'paused', 'left')),
  created_at TEXT NOT NULL, confirmed_at TEXT, left_at TEXT
);

CREATE TABLE subscriptions (
  -- layer: ours. Saved searches.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  name TEXT NOT NULL, query TEXT NOT NULL, grammar INTEGER NOT NULL,
  cadence TEXT NOT NULL CHECK (cadence IN ('immediate', 'daily', 'weekly')),
  created_at TEXT NOT NULL, confirmed_at TEXT, paused INTEGER NOT NULL DEFAULT 0, ended_at TEXT,
  needs TEXT,                -- a word of the index without which nothing matches; NULL: every update must be tried
  start INTEGER              -- what changed up to here (changes.seq) is no news for it
);
CREATE INDEX subscriptions_by_person ON subscriptions (person);
CREATE INDEX subscriptions_by_need ON subscriptions (needs) WHERE confirmed_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE cursors (
  -- layer: ours. How far each reader of changes has come.
  name TEXT PRIMARY KEY, seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE editions (
  -- layer: ours. What the matcher last saw of each visible update. edition counts what is worth telling: 1 as first
  -- listed, one more for each revision beyond trifles. It never goes back, whatever becomes of the revisions.
  update_id TEXT PRIMARY KEY,
  edition INTEGER NOT NULL,
  seq INTEGER NOT NULL,      -- the change that made this edition
  revision INTEGER NOT NULL, -- the last revision that was looked at
  facts TEXT NOT NULL        -- JSON: title, stage, dates, withdrawn as they were then
) WITHOUT ROWID;

CREATE TABLE digest_runs (
  -- layer: ours. The making of all digests of one day: date is the local day that it was due on.
  id INTEGER PRIMARY KEY,
  cadence TEXT NOT NULL, date TEXT NOT NULL,
  cut INTEGER NOT NULL,      -- it takes what changed up to here (changes.seq) and no earlier run took
  started_at TEXT NOT NULL, finished_at TEXT,
  UNIQUE (cadence, date)
);

CREATE TABLE mails (
  -- layer: ours. The outbox. A row is frozen before its first byte is sent and never changes after.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  key TEXT NOT NULL,         -- what it is for: "weekly 2026-11-23", "immediate 812"; once a person
  purpose TEXT NOT NULL CHECK (purpose IN ('immediate', 'daily', 'weekly', 'service')),
  message_id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('frozen', 'sent', 'failed', 'refused', 'returned', 'withdrawn')),
  frozen_at TEXT NOT NULL, next_try_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  failing_since TEXT,        -- the first of the temporary errors
  holder TEXT, lease_until TEXT,
  sent_at TEXT, error TEXT,
  UNIQUE (person, key)
);
CREATE TABLE mail_bodies (
  -- layer: ours. The whole message of a mail; the row goes 30 days after sending. Apart from mails, so that a body is
  -- written once and never moved: what is overwritten at its end is then the only copy.
  mail INTEGER PRIMARY KEY REFERENCES mails (id) ON DELETE CASCADE, body BLOB NOT NULL
);
CREATE INDEX mails_waiting ON mails (next_try_at, id) WHERE state = 'frozen';

CREATE TABLE matches (
  -- layer: ours. One update that answers a subscription; made once, taken by one mail.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  subscription INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  update_id TEXT NOT NULL, edition INTEGER NOT NULL,
  seq INTEGER NOT NULL,      -- the change that brought it
  at TEXT NOT NULL,
  words TEXT NOT NULL,       -- why: what of the search it answers
  change TEXT,               -- what the source changed, in words, where that is what brought it
  urgent INTEGER NOT NULL,   -- 1: goes as an immediate alert
  mail INTEGER REFERENCES mails (id) ON DELETE SET NULL,
  UNIQUE (subscription, update_id, edition)
);
CREATE INDEX matches_by_update ON matches (update_id, subscription);
CREATE INDEX matches_untaken ON matches (subscription, id) WHERE mail IS NULL;
CREATE INDEX matches_urgent ON matches (subscription, id) WHERE mail IS NULL AND urgent = 1;
CREATE INDEX matches_by_mail ON matches (mail) WHERE mail IS NOT NULL;

CREATE TABLE suppression (
  -- layer: ours. Who must not be written to, as a keyed hash alone; outlives the person and any import.
  hash TEXT PRIMARY KEY, at TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('left', 'dead', 'bounced', 'complained'))
) WITHOUT ROWID;

CREATE TABLE soft_bounces (
  -- layer: ours. Mails that came back for a while; five in 30 days end an address.
  message_id TEXT PRIMARY KEY, hash TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX soft_bounces_by_hash ON soft_bounces (hash, at);

CREATE TABLE sender (
  -- layer: ours. One row while sending is paused, since the mail server refuses us as a sender.
  id INTEGER PRIMARY KEY CHECK (id = 1), paused_at TEXT NOT NULL, reason TEXT NOT NULL
);
"""

THIRD = """
CREATE TABLE feed_lists (
  -- layer: ours. Every feed that anybody may have subscribed to, and how long its list has grown.
  feed TEXT PRIMARY KEY,
  last INTEGER NOT NULL,      -- the highest position given
  changed INTEGER NOT NULL    -- the change (changes.seq) that last concerned one of its entries
) WITHOUT ROWID;

CREATE TABLE feed_entries (
  -- layer: ours. What entered which feed, in that order. A position is given once, so that a full page of a feed's
  -- history stays as it is whatever enters or leaves the feed elsewhere.
  feed TEXT NOT NULL, position INTEGER NOT NULL, update_id TEXT NOT NULL,
  shown INTEGER NOT NULL,     -- 0: no longer in this feed; its place stays empty
  changed INTEGER NOT NULL,   -- the change (changes.seq) that last concerned it
  PRIMARY KEY (feed, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX feed_entries_by_update ON feed_entries (update_id, feed);
CREATE INDEX feed_entries_by_change ON feed_entries (changed);

CREATE TABLE feed_fragments (
  -- layer: derived. Entries as they were last written, zlib; good while changed and recipe are the present ones.
  update_id TEXT PRIMARY KEY, changed INTEGER NOT NULL, recipe TEXT NOT NULL,
  updated TEXT NOT NULL, longest INTEGER NOT NULL, rss BLOB NOT NULL, atom BLOB NOT NULL, json BLOB NOT NULL
);

CREATE TABLE feed_heads (
  -- layer: ours. The groups as the feeds show them, to find the head that a member has left since.
  update_id TEXT PRIMARY KEY, head_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE feed_cursor (
  -- layer: ours. One row: how far the lists of the feeds have followed the changes.
  id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL
);
INSERT INTO feed_cursor VALUES (1, 0);
"""

FOURTH = """
CREATE TABLE dates (
  -- layer: derived. The dates of each update by their type, to find what lies ahead.
  date TEXT NOT NULL, type TEXT NOT NULL,
  update_id TEXT NOT NULL REFERENCES tags (update_id) ON DELETE CASCADE,
  PRIMARY KEY (date, type, update_id)
) WITHOUT ROWID;
CREATE INDEX dates_by_update ON dates (update_id);
INSERT OR IGNORE INTO dates (date, type, update_id)
  SELECT json_extract(value, '$.date'), json_extract(value, '$.type'), update_id
  FROM tags, json_each(tags.tags, '$.dates');

-- The index learns which instruments an update is linked to: see db.index.expected_row.
UPDATE words SET tags = words.tags || (
  SELECT group_concat(' instrument:' || lower(value), '')
  FROM updates JOIN tags ON tags.update_id = updates.id, json_each(tags.tags, '$.instruments')
  WHERE updates.key = words.rowid
) WHERE rowid IN (
  SELECT key FROM updates JOIN tags ON tags.update_id = updates.id
  WHERE json_array_length(tags.tags, '$.instruments') > 0
);

-- From a publication to those that correct it and to its next stage: see db.kin.
CREATE INDEX publications_correcting ON publications (update_id) WHERE json_extract(composed, '$.corrects') <> '[]';
CREATE INDEX publications_by_former ON publications (json_extract(composed, '$.follows'))
  WHERE json_extract(composed, '$.follows') IS NOT NULL;
"""

FIFTH = """
CREATE TABLE tasks (
  -- layer: ours. What the schedule starts, one row a name. Whoever writes the row anew has claimed the task.
  name TEXT PRIMARY KEY,     -- "crawl us_federal_register", "digests", "backup"
  due_at TEXT NOT NULL,      -- the moment that it was last done for; done once for each
  claims INTEGER NOT NULL,   -- grows by one with each claim
  holder TEXT NOT NULL, started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'failed', 'stuck', 'stopped', 'lost')), -- NULL: it runs
  failures INTEGER NOT NULL, -- how often it failed or stuck since it was last done
  said TEXT,                 -- the last line of what it said about its failure
  done_at TEXT               -- when it last ended well
) WITHOUT ROWID;

CREATE TABLE alarms (
  -- layer: ours. What the secretariat must look after. Opened and closed by itself; told by mail at most once a day.
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,         -- "source es_boe", "backup": what it is about; open once
  what TEXT NOT NULL, remedy TEXT NOT NULL,
  opened_at TEXT NOT NULL, closed_at TEXT,
  opening_told TEXT, closing_told TEXT -- the local day of the mail that said so
);
CREATE UNIQUE INDEX alarms_open ON alarms (key) WHERE closed_at IS NULL;
CREATE INDEX alarms_untold ON alarms (id) WHERE closing_told IS NULL;

CREATE TABLE alarm_mails (
  -- layer: ours. The mails to the secretariat, one a local day, frozen before the first byte is sent. A row goes after
  -- 30 days.
  day TEXT PRIMARY KEY, recipient TEXT NOT NULL, message_id TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL,
  made_at TEXT NOT NULL, next_try_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  ended_at TEXT, error TEXT  -- ended_at: taken by the server, or given up
);
"""
