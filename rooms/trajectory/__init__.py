"""What lives longer than one evening: a group, its plan of meetings, and what it keeps of them."""
