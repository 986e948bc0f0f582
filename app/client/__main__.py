"""`python3 -m app.client`: the command line."""

from app.client.cli.main import main

if __name__ == "__main__":
    main()
