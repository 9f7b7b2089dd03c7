"""peernet: software for peer learning networks.

The house has floors; a room imports only rooms that stand earlier in this list (enforced by import-linter):

    GROUND     turns  settings  db  clock  text  i18n
    MACHINERY  tokens  ledger  jobs  mail  media  search  pages  backups  upkeep
    SHELL      web
    PEOPLE     accounts  organisations  cohorts
    FEATURES   prompts  groups  roundtables  materials
    OVER ALL   desk  site  admin
    ROOF       tables  app  server  worker  cli

Inside a feature the stair is ``models -> access -> emails -> <noun modules> -> inputs -> views``.
``docs/architecture.md`` tells the reasons.
"""

__version__ = "0.1.0"
