"""The store: one SQLite file. The only folder with SQL; ``connect`` is the one door to it."""
