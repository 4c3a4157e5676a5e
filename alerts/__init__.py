"""From a change to a reader: matching, digests, runs, the outbox and the mails themselves."""
