"""Search APIs: one file each. They reach where crawlers must not go, such as closed communities."""
