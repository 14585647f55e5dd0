"""Scrapy's settings: how this crawler behaves towards other people's servers. It names classes as strings.

`meoktong crawl` adds the database. With Scrapy alone, `scrapy crawl hani -O hani.jsonl` fetches as politely and writes
what it extracts to a file, but remembers nothing: for trying a source.
"""

from meoktong import __version__
from meoktong.settings import load


def user_agent(contact: str) -> str:
    """The honest name under which this crawler asks, with how to reach whoever runs it."""
    return f"meoktong/{__version__} (+{contact})" if contact else f"meoktong/{__version__}"


SPIDER_MODULES = ["spiders"]
USER_AGENT = user_agent(load().contact)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "ko,en;q=0.5",
}

# Manners
ROBOTSTXT_USER_AGENT = "meoktong"
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 4  # of one source: each has a crawler of its own
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 << 20
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
RETRY_BACKOFF = 5.0
RETRY_AFTER_MAX = 120.0
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 8
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself, and private addresses could not be refused
URLLENGTH_LIMIT = 0
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
TWISTED_DNS_RESOLVER = "meoktong.crawl.addresses.PublicResolver"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "meoktong.crawl.closed.ClosedMiddleware": 50,
    "meoktong.crawl.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "meoktong.crawl.patience.PatientRetryMiddleware": 550,
    "meoktong.crawl.addresses.PrivateAddressMiddleware": 800,
    "meoktong.crawl.apis.ApiMiddleware": 900,
}

# Nothing that listens, nothing that waits
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
LOG_LEVEL = "WARNING"
