"""One archive of database and files: made while people work, read back, and put into an empty place.

``manifest`` says what an archive holds, ``writing`` and ``reading`` are its form, ``sqlite`` and ``postgresql`` know
each database. ``making``, ``verifying`` and ``restoring`` are the verbs; ``schedule`` has them done by the clock, and
``keeping`` says which backups there are.
"""
