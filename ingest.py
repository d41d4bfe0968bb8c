"""Articles in: ``python ingest.py PATH…`` is ``dateline ingest PATH…``."""

import sys

from rag.cli import main

if __name__ == "__main__":
    sys.exit(main(["ingest", *sys.argv[1:]]))
