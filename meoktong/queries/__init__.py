"""The public read side: what counts, and how it is counted."""
