"""The tagger: which services were interrupted and which damage was done, with the evidence for each label."""
