"""Reading what lies at an address that a stranger gave, without being sent anywhere else.

Plain Python: no Django, no settings. Only tasks call it, as it waits for other machines.
"""

from lineage.fetching.addresses import HOSTS, REDIRECT_HOSTS, is_public, raw_address
from lineage.fetching.errors import FetchError, FetchFailed, FetchRefused
from lineage.fetching.getting import Fetched, Way, fetch

__all__ = [
    "HOSTS",
    "REDIRECT_HOSTS",
    "FetchError",
    "FetchFailed",
    "FetchRefused",
    "Fetched",
    "Way",
    "fetch",
    "is_public",
    "raw_address",
]
