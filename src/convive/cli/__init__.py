"""The command line: reads arguments, calls wiring, speaks to the person; no logic."""
