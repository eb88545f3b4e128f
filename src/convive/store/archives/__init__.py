"""One file that holds a whole pack with its workspace: written, read, verified.

::

    [sealed: AES-GCM, piece by piece]
      gzip
        tar
          manifest.json          first: every other member with size and SHA-256, in their order
          database/<table>.jsonl rows, free of any engine
          workspace/…            key and media
          pack/…                 files of the pack
          restricted/…           row-level evidence
"""

from convive.store.archives.manifest import Manifest, Member, Table
from convive.store.archives.reading import extract, read_manifest, verify
from convive.store.archives.writing import Source, write

__all__ = ["Manifest", "Member", "Source", "Table", "extract", "read_manifest", "verify", "write"]
