"""The worker's end of the pool's encrypted network, and the way to the master that it makes."""
