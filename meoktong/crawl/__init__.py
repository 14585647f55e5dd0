"""A crawl: its runner, its manners and its memory."""
