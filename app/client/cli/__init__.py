"""The command line: one module for each noun, every command over the Python API."""
