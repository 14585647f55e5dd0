"""Imports that are crawls of files. Each reader yields (place in the file, document or why there is none)."""
