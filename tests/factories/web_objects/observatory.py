"""The public pages name areas and files of the synthetic build."""

BUILDERS = {
    "area": lambda: {"level": "neighbourhood", "area_id": "n08"},
    "area-news": lambda: {"level": "neighbourhood", "area_id": "n08"},
    "card": lambda: {"kind": "front"},
    "card-of": lambda: {"kind": "area", "name": "neighbourhood/n08"},
    "embed": lambda: {"kind": "indicator", "name": "recorded_total_rate"},
    "picture": lambda: {"kind": "finding", "name": "trend_fall:ribera", "ending": "csv"},
    "finding": lambda: {"finding_id": "trend_fall:ribera"},
    "indicator": lambda: {"indicator_id": "recorded_total_rate"},
    "map-data": lambda: {"indicator_id": "unsafe_dark_share"},
    "method": lambda: {"method_id": "crude-rate"},
    "download": lambda: {"file": "trends.csv"},
}
