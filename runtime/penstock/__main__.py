"""`python -m penstock`: the command line, where no script is on the path, such as in an image."""

from penstock.cli.main import main

main()
