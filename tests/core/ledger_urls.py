"""The product's addresses and, beside them, the register of the tests."""

from django.urls import include, path

from fugong.urls import handler403, handler404, handler500, urlpatterns
from tests.core.ledger import Firms

urlpatterns = [path("test-firms/", include((Firms.urls("firms"), "firms"))), *urlpatterns]

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
