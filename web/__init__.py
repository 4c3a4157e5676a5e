"""The site: pages that work without scripts, for people who came by a link in a mail."""
