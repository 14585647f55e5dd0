"""The words the tagger knows: reviewed data, parsed into typed objects at start-up."""
