"""The public pages name areas and files of the synthetic build."""

BUILDERS = {
    "area": lambda: {"level": "neighbourhood", "area_id": "n08"},
    "finding": lambda: {"finding_id": "trend_fall:ribera"},
    "indicator": lambda: {"indicator_id": "recorded_total_rate"},
    "map-data": lambda: {"indicator_id": "unsafe_dark_share"},
    "method": lambda: {"method_id": "crude-rate"},
    "download": lambda: {"file": "trends.csv"},
}
