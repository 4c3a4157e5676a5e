"""Stored updates as feeds: which feeds exist, what an entry says, writing them."""
