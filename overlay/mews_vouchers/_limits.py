"""The limits of the vendor: how much one request may have, and how many may be sent.

https://docs.mews.com/connector-api has them; the table of the operations is in `_operations/`.
"""

from typing import Final

#: Items of one `add`, `update` or `delete`.
MAX_ITEMS_PER_WRITE: Final = 1_000
#: Items of one page of a listing.
MAX_PAGE_SIZE: Final = 1_000
#: Values of one list filter, such as `voucher_ids`.
MAX_FILTER_VALUES: Final = 1_000
#: Calendar months of an interval of `UpdatedUtc`, counted from its start.
MAX_INTERVAL_MONTHS: Final = 3
#: Requests of one access token in any window, and its seconds.
MAX_REQUESTS: Final = 200
RATE_LIMIT_WINDOW: Final = 30.0
