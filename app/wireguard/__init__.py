"""WireGuard for master and worker alike: keys, configurations, devices, and their supervision.

What runs a pool's hub is `app/master/vpn`, what makes a node its peer `app/worker/tunnel`.
"""
