"""Guided ways through several steps."""
