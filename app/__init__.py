"""HiveMind Master: everything that needs no Qt."""

__version__ = "0.1.0"
