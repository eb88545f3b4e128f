"""Filled-in forms as files: CSV in a ZIP, workbooks, places on a map. Streamed in flat memory."""
