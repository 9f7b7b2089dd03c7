"""Pages and forms: ways in, the viewer's own account, and the links that mails carry."""

from peernet.accounts.views import address, mail, password, profile, sessions, sign_in, sign_in_link
from peernet.accounts.views.blueprint import blueprint

__all__ = ["address", "blueprint", "mail", "password", "profile", "sessions", "sign_in", "sign_in_link"]
