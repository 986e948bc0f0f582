"""What every room may use: errors, time, ids, money, archive safety. Imports none of them."""
