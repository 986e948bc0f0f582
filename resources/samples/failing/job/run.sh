#!/bin/sh
# Does half of its work, says why it stops, and fails.
echo "::progress 50"
echo "stopping on purpose with status 3" >&2
exit 3
