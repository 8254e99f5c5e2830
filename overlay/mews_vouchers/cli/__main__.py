"""`python -m mews_vouchers.cli`: the command, where its program is not on the path."""

import sys

from . import main

if __name__ == "__main__":
    sys.exit(main())
