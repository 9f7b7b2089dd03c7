"""The public site: what everybody may read, made once and kept ready.

``reading`` holds the statements of what is public, the noun modules put a page together, ``making`` keeps it.
"""
