"""Packages that need no Python on the machine they are installed on."""
