"""One file a source; file, spider and source id agree."""
