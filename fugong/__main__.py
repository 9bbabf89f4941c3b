"""`python -m fugong` is the command `fugong`."""

from fugong.cli import main

if __name__ == "__main__":
    main()
