"""The entry in which readers see an update: of a group the head once, as joins that further questions share."""

JOINS = (
    " JOIN tags ON tags.update_id = updates.id AND tags.visible"
    " LEFT JOIN group_members ON group_members.update_id = updates.id"
    " LEFT JOIN tags head ON head.update_id = head_id"
)
"""To follow ``updates``: the visible ones, each with the tags of the head of its group."""

SHOWN = "CASE WHEN head.visible THEN head_id ELSE updates.id END"
"""The id of the entry that shows an update."""
