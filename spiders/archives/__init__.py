"""Imports that are crawls of files. Each reader yields meoktong.files.Entry: a place, and what is there."""
