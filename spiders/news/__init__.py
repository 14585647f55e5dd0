"""Newspapers and broadcasters: one file of facts each."""
