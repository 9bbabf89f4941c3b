"""Views for those who may, by the permissions of the roles; see fugong.core.guards."""

from fugong.core.guards import View, permitted, public, signed_in, to_login

__all__ = ["View", "permitted", "public", "signed_in", "to_login"]
