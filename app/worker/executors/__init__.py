"""How a task's program is run: container engine, sandbox, or a stand-in for tests."""
