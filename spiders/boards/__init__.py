"""Boards and communities: one file of facts each."""
