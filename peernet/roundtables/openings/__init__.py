"""Roundtables that everybody can sign up for by mail, without an account: opened, signed up for, confirmed."""
