"""The one place that reads the environment and joins ports to adapters."""
