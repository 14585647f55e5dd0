"""A crawl: its runner, its manners and its memory. `meoktong.crawl.runner.run` is the way in."""
