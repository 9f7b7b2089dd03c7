"""peernet: software for peer learning networks.

The house has floors; a room imports only rooms that stand earlier in this list (enforced by import-linter):

    GROUND     turns  settings  db  clock  text  i18n
    MACHINERY  tokens  ledger  jobs  mail  media  search  pages  backups  upkeep
    SHELL      web
    PEOPLE     accounts  organisations  cohorts
    FEATURES   prompts  groups  roundtables  materials
    OVER ALL   desk  privacy  site  admin
    ROOF       tables  app  server  worker  cli

Inside a feature the stair is ``models -> access -> emails -> <noun modules> -> inputs -> views``.
``docs/architecture.md`` tells the reasons.
"""

import gc

# A process loads some 1,900 modules, all of which stay until its end. With Python's own thresholds the collector of
# garbage looks through them again and again while they load, which took a quarter of the time that a command needs to
# start.
gc.set_threshold(50_000, 20, 20)

__version__ = "0.1.0"
