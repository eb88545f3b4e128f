"""Evidence on its way in: incidents are placed, kept by content and counted per part."""
