"""Django's own commands; the commands of the product are those of `fugong`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fugong.settings")
    execute_from_command_line(sys.argv)
