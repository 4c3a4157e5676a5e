"""The schema as text: three layers, apart. Never edited once released; a change is a further migration.

``FIRST`` is run by the first migration. SQLite keeps the comments inside the statements with the tables.
"""

APPLICATION_ID = 0x56474C58
SCHEMA_VERSION = 1

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
