"""`python -m evalpipe`."""

import sys

from evalpipe.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
