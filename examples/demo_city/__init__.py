"""A generator of an invented European town whose whole truth is known.

``build_city`` gives the town in memory, ``write_pack`` writes it as a city pack, and
``python -m examples.demo_city OUT`` does both.
"""

from .city import DemoCity, build_city
from .write import write_pack

__all__ = ["DemoCity", "build_city", "write_pack"]
