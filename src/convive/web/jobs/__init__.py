"""Work that is done beside the pages, by a process of its own, and every day."""
