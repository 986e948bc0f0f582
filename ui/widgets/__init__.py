"""Widgets that know nothing of the pool."""
