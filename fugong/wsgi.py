"""The entry for a WSGI server (granian)."""

import os

from django.core.wsgi import get_wsgi_application

from fugong.lifeline import end_with_parent

end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fugong.settings")
application = get_wsgi_application()
