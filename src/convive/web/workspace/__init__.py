"""From finding to decision to delivery: partnership, strategy, meetings, diary."""
